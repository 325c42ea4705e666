"""YAML: the same values as ``json``, one YAML document for each command or event."""

from __future__ import annotations

from vsh.errors import CommandError as Refused
from vsh.output._data import error_data, together, values_of
from vsh.output.json import encoded

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.cli.session import Session
    from vsh.errors import CommandError, Error
    from vsh.output.document import Document

try:
    import yaml as codec
except ImportError:
    raise Refused(
        "the output format 'yaml' needs PyYAML, which is not installed",
        hint="pip install 'virt-vsh[yaml]', or use --format=json",
    ) from None


def render(document: Document, session: Session) -> None:
    """Print one document."""
    session.write(_text(document.data()))


def render_all(documents: Iterable[Document], session: Session) -> None:
    """Print a list as one document, and a stream as one document for each event."""
    if isinstance(documents, (list, tuple)):
        session.write(_text(together(documents)))
        return
    for value in values_of(documents):
        session.write(_text(value))
        session.out.flush()


def report(errors: list[CommandError | Error], session: Session) -> None:
    """Print an error and its causes on standard error."""
    session.out.flush()
    session.err.write(_text({"error": error_data(errors)}))
    session.err.flush()


def warning(facts: dict[str, Any]) -> str:
    """A warning as one YAML document."""
    return _text({"warning": facts})


def _text(value: Any) -> str:
    try:
        text = codec.safe_dump(value, sort_keys=False, allow_unicode=True, explicit_start=True)
    except RecursionError:  # nested too deep for it; JSON is YAML as well
        return f"--- {encoded(value)}\n"
    return str(text)
