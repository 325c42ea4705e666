"""JSON of values that are nested deeper than the standard encoder can go: a chain of snapshots as a
tree."""

from __future__ import annotations

import json

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def encoded(value: Any, *, indent: int | None = None) -> str:
    """A value as JSON; what is too deep for the standard encoder is written on one line."""
    try:
        return json.dumps(value, indent=indent, ensure_ascii=False)
    except RecursionError:
        return _flat(value)


def _flat(value: Any) -> str:
    """JSON on one line, whatever its depth."""
    parts: list[str] = []
    waiting: list[Any] = [_Value(value)]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, _Value):
            parts.append(part)
        elif isinstance(part.value, dict):
            inside: list[Any] = []
            for key, each in part.value.items():
                start = ", " if inside else ""
                inside += [f"{start}{json.dumps(key, ensure_ascii=False)}: ", _Value(each)]
            waiting += ["}", *reversed(inside), "{"]
        elif isinstance(part.value, (list, tuple)):
            inside = []
            for each in part.value:
                inside += [", ", _Value(each)] if inside else [_Value(each)]
            waiting += ["]", *reversed(inside), "["]
        else:
            parts.append(json.dumps(part.value, ensure_ascii=False))
    return "".join(parts)


class _Value:
    """What is still to be written; texts beside it are written as they are."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value
