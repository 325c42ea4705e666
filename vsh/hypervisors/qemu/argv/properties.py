"""Properties of QEMU's objects, and how they stand on a command line: as JSON, or as key=value."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Value = str | int | bool | Mapping[str, "Value"] | Sequence["Value"] | None
    Properties = dict[str, Value]


def given(properties: Properties) -> Properties:
    """Without those that are not set."""
    return {name: value for name, value in properties.items() if value is not None}


def nonzero(value: int | None) -> int | None:
    """A number, if it is one that says something."""
    return value or None


def escape(text: str) -> str:
    """A value in which commas are doubled."""
    return text.replace(",", ",,")


def on_off(value: bool) -> str:
    """A switch as a word."""
    return "on" if value else "off"


def pairs(properties: Properties, first: str) -> str:
    """``VALUE,key=value,...``: the value of one property stands alone in front."""
    rest = [
        part for name, value in properties.items() if name != first for part in _pair(name, value)
    ]
    return ",".join([str(properties[first]), *rest])


def _pair(name: str, value: Value) -> Iterator[str]:
    if isinstance(value, bool):
        yield f"{name}={on_off(value)}"
    elif isinstance(value, int):
        yield f"{name}={value}"
    elif isinstance(value, str):
        yield f"{name}={escape(value)}"
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _pair(f"{name}.{key}", inner)
    elif isinstance(value, list):
        numbers = [each for each in value if isinstance(each, int)]
        if len(numbers) == len(value):
            yield from (f"{name}={part}" for part in ranges(numbers))
        else:
            for each in value:
                yield from _pair(name, each["str"] if isinstance(each, dict) else each)


def ranges(numbers: list[int]) -> list[str]:
    """Numbers as ``first-last``, or one alone."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [f"{low}-{high}" if high > low else str(low) for low, high in found]
