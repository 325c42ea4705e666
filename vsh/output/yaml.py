"""YAML: the same values as ``json``, one YAML document for each command or event."""

from __future__ import annotations

import yaml as codec

from vsh.output._data import error_data, together, values_of
from vsh.output.json import encoded
from vsh.output.screen import obeyed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.errors import CommandError, Error
    from vsh.output.document import Document
    from vsh.output.screen import Screen


def render(document: Document, screen: Screen) -> None:
    """Print one document."""
    screen.write(_text(document.data()))


def render_all(documents: Iterable[Document], screen: Screen) -> None:
    """Print a list as one document, and a stream as one document for each event."""
    if isinstance(documents, (list, tuple)):
        screen.write(_text(together(documents)))
        return
    for value in values_of(documents, lambda value: screen.complain(_text(value))):
        screen.write(_text(value))
        screen.flush()


def report(errors: list[CommandError | Error], screen: Screen) -> None:
    """Print an error and its causes on standard error."""
    screen.complain(_text({"error": error_data(errors)}))


def warning(facts: dict[str, object]) -> str:
    """A warning as one YAML document."""
    return _text({"warning": facts})


def _text(value: object) -> str:
    try:
        text = codec.dump(
            value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, explicit_start=True
        )
    except RecursionError:  # nested too deep for it; JSON is YAML as well
        return f"--- {encoded(value)}\n"
    return str(text) if text.isascii() else str(text).translate(_ESCAPES)


_ESCAPES = {
    number: f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
    for number in obeyed()
    if number >= 0x7F
}
_ESCAPED = frozenset(map(chr, _ESCAPES))


class _Dumper(codec.SafeDumper):
    """Puts texts with what a terminal would obey into double quotes, where it can be escaped."""


def _represent(dumper: codec.SafeDumper, text: str) -> codec.ScalarNode:
    style = None if text.isascii() or _ESCAPED.isdisjoint(text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _represent_number(dumper: codec.SafeDumper, number: int) -> codec.ScalarNode:
    """A number, also one that has a name."""
    return dumper.represent_scalar("tag:yaml.org,2002:int", str(int(number)))


_Dumper.add_representer(str, _represent)
_Dumper.add_multi_representer(int, _represent_number)
