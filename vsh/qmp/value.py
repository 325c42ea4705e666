"""What QEMU, its agent and its tools say in JSON, taken apart: of the kind due, or an error.

None stands for what was left out: an empty object or list, the ``default`` of a number or text.
"""

from __future__ import annotations

from vsh.errors import InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]
    Struct = dict[str, Value]

    class Ask(Protocol):
        """What asks a QEMU: a monitor, a program that was started for it, a recording."""

        def __call__(
            self, command: str, arguments: Mapping[str, object] | None = None, /
        ) -> Value: ...


def _unlike(value: object, kind: str) -> InternalError:
    return InternalError(f"QEMU says {str(value)[:200]!r} where {kind} is due")


def struct(value: Value) -> Struct:
    """A JSON object.  Raises InternalError."""
    if isinstance(value, dict):
        return value
    if value is None:
        return {}
    raise _unlike(value, "an object")


def structs(value: Value) -> list[Struct]:
    """A list of JSON objects.  Raises InternalError."""
    if isinstance(value, list):
        return [struct(each) for each in value]
    if value is None:
        return []
    raise _unlike(value, "a list")


def texts(value: Value) -> list[str]:
    """A list of texts.  Raises InternalError."""
    if isinstance(value, list):
        return [text(each) for each in value]
    if value is None:
        return []
    raise _unlike(value, "a list")


def integer(value: Value, default: int | None = None) -> int:
    """A number, its fraction cut off.  Raises InternalError."""
    if isinstance(value, int | float):
        return int(value)
    if value is None and default is not None:
        return default
    raise _unlike(value, "a number")


def text(value: Value, default: str | None = None) -> str:
    """A text.  Raises InternalError."""
    if isinstance(value, str):
        return value
    if value is None and default is not None:
        return default
    raise _unlike(value, "a text")
