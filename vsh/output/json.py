"""JSON: one document for each command, and one line for each event of a stream."""

from __future__ import annotations

import json as codec

from vsh.output._data import error_data, together, values_of
from vsh.output.screen import obeyed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.errors import CommandError, Error
    from vsh.output.document import Document
    from vsh.output.screen import Screen

_escapes: dict[int, str] = {}


def render(document: Document, screen: Screen) -> None:
    """Print one document, indented."""
    _put(document.data(), screen)


def render_all(documents: Iterable[Document], screen: Screen) -> None:
    """Print a list as one document, and a stream one line at a time (NDJSON)."""
    if isinstance(documents, (list, tuple)):
        _put(together(documents), screen)
        return
    if screen.results is not None:
        screen.results += values_of(documents, lambda value: screen.complain(_text(value, None)))
        return
    for value in values_of(documents, lambda value: screen.complain(_text(value, None))):
        screen.write(_text(value, indent=None))
        screen.flush()


def render_results(screen: Screen, results: list[object]) -> None:
    """Print what the commands of a chain gave, as one document."""
    screen.write(_text(results, indent=2))


def _put(value: object, screen: Screen) -> None:
    """Print a value, or keep it until the whole chain has run."""
    if value is None:
        return
    if screen.results is not None:
        screen.results.append(value)
    else:
        screen.write(_text(value, indent=2))


def report(errors: list[CommandError | Error], screen: Screen) -> None:
    """Print an error and its causes as one object on standard error."""
    screen.complain(_text({"error": error_data(errors)}, indent=None))


def warning(facts: dict[str, object]) -> str:
    """A warning as one object on one line."""
    return _text({"warning": facts}, indent=None)


def _text(value: object, indent: int | None) -> str:
    return encoded(value, indent=indent) + "\n"


def encoded(value: object, *, indent: int | None = None) -> str:
    """A value as JSON, with escapes for what a terminal would obey and for what is no UTF-8.

    What is too deep for the standard encoder is written on one line.
    """
    try:
        text = codec.dumps(value, indent=indent, ensure_ascii=False)
    except RecursionError:
        text = _flat(value)
    if text.isascii() and "\x7f" not in text:
        return text
    if not _escapes:
        _escapes.update((number, codec.dumps(chr(number))[1:-1]) for number in obeyed())
        _escapes[0x7F] = "\\u007f"
        del _escapes[ord("\r")]  # the line ends of an indented text are not part of a string
    return text.translate(_escapes)


def _flat(value: object) -> str:
    """JSON on one line, whatever its depth."""
    parts: list[str] = []
    waiting: list[Any] = [_Value(value)]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, _Value):
            parts.append(part)
        elif isinstance(part.value, dict):
            inside: list[object] = []
            for key, each in part.value.items():
                start = ", " if inside else ""
                inside += [f"{start}{codec.dumps(key, ensure_ascii=False)}: ", _Value(each)]
            waiting += ["}", *reversed(inside), "{"]
        elif isinstance(part.value, (list, tuple)):
            inside = []
            for each in part.value:
                inside += [", ", _Value(each)] if inside else [_Value(each)]
            waiting += ["]", *reversed(inside), "["]
        else:
            parts.append(codec.dumps(part.value, ensure_ascii=False))
    return "".join(parts)


class _Value:
    """What is still to be written; texts beside it are written as they are."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value
