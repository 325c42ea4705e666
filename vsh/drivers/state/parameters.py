"""Typed parameters that a caller gave: which names a call takes, and of which type."""

from __future__ import annotations

from vsh.errors import ArgumentUnsupported, InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import TypedParams


def check(params: TypedParams, known: dict[str, str]) -> None:
    """Refuse parameters that a call does not take or that have another type, as libvirt does.

    Raises ArgumentUnsupported or InvalidArgument.
    """
    for name in sorted(params):
        expected = known.get(name)
        if expected is None:
            raise ArgumentUnsupported(f"parameter '{name}' not supported")
        if isinstance(params[name], list):
            raise InvalidArgument(f"parameter '{name}' occurs multiple times")
        kind = params.types[name]
        if kind != expected:
            raise InvalidArgument(
                f"invalid type '{kind}' for parameter '{name}', expected '{expected}'"
            )
