"""NDJSON: one line for each result, with the command that gave it; events as they come.

{"command": "list", "result": [{"name": "web1", ...}]}
"""

from __future__ import annotations

from vsh.output._data import error_data, together, values_of
from vsh.output.json import encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.errors import CommandError, Error
    from vsh.output.document import Document
    from vsh.output.screen import Screen


def render(document: Document, screen: Screen) -> None:
    """Print one document."""
    _line(document.data(), screen)


def render_all(documents: Iterable[Document], screen: Screen) -> None:
    """Print a list as one result, and a stream as one result for each of its documents."""
    if isinstance(documents, (list, tuple)):
        _line(together(documents), screen)
        return
    for value in values_of(documents, lambda value: screen.complain(_text(value, screen))):
        _line(value, screen)


def report(errors: list[CommandError | Error], screen: Screen) -> None:
    """Print an error and its causes as one object on standard error."""
    value = {"command": screen.command or None, "error": error_data(errors)}
    screen.complain(encoded(value) + "\n")


def warning(facts: dict[str, object]) -> str:
    """A warning as one object on one line."""
    return encoded({"warning": facts}) + "\n"


def _text(value: object, screen: Screen) -> str:
    return encoded({"command": screen.command or None, "result": value}) + "\n"


def _line(value: object, screen: Screen) -> None:
    if value is not None:
        screen.write(_text(value, screen))
        screen.flush()
