"""JSON: one document for each command, and one line for each event of a stream."""

from __future__ import annotations

from vsh.output._data import error_data, together, values_of
from vsh.output._deep import encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.cli.session import Session
    from vsh.errors import CommandError, Error
    from vsh.output.document import Document


def render(document: Document, session: Session) -> None:
    """Print one document, indented."""
    session.write(_text(document.data(), indent=2))


def render_all(documents: Iterable[Document], session: Session) -> None:
    """Print a list as one document, and a stream one line at a time (NDJSON)."""
    if isinstance(documents, (list, tuple)):
        session.write(_text(together(documents), indent=2))
        return
    for value in values_of(documents):
        session.write(_text(value, indent=None))
        session.out.flush()


def report(errors: list[CommandError | Error], session: Session) -> None:
    """Print an error and its causes as one object on standard error."""
    session.out.flush()
    session.err.write(_text({"error": error_data(errors)}, indent=None))
    session.err.flush()


def warning(facts: dict[str, Any]) -> str:
    """A warning as one object on one line."""
    return _text({"warning": facts}, indent=None)


def _text(value: Any, indent: int | None) -> str:
    return encoded(value, indent=indent) + "\n"
