"""CSV: the rows of a listing under their keys; of anything else, its values in one row."""

from __future__ import annotations

import csv as codec

from vsh.output import plain
from vsh.output._data import values_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.errors import CommandError, Error
    from vsh.output.document import Document
    from vsh.output.screen import Screen


def render(document: Document, screen: Screen) -> None:
    """Print one document."""
    _write(document.data(), screen, header=screen.header)


def render_all(documents: Iterable[Document], screen: Screen) -> None:
    """Print documents as they come; the keys are printed again only when they change."""
    keys: list[str] = []
    for value in values_of(documents, lambda value: _ended(value, screen)):
        header = screen.header and _keys(value) != keys
        keys = _keys(value)
        _write(value, screen, header=header)
        screen.flush()


def report(errors: list[CommandError | Error], screen: Screen) -> None:
    """Print an error and its causes, one line each."""
    plain.report(errors, screen)


def _ended(value: object, screen: Screen) -> None:
    from vsh.output.json import encoded

    screen.complain(encoded(value) + "\n")


def _rows(value: object) -> list[dict[str, object]]:
    rows = value if isinstance(value, list) else [value]
    return [row if isinstance(row, dict) else {"value": row} for row in rows]


def _keys(value: object) -> list[str]:
    keys: dict[str, None] = {}
    for row in _rows(value):
        keys.update(dict.fromkeys(row))
    return list(keys)


def _write(value: object, screen: Screen, *, header: bool) -> None:
    keys = _keys(value)
    writer = codec.writer(screen, lineterminator="\n")
    if header and keys:
        writer.writerow(keys)
    for row in _rows(value):
        writer.writerow([_cell(row.get(key)) for key in keys])


def _cell(value: object) -> object:
    """One value: lists and dicts as JSON, true and false as JSON has them, nothing as an empty
    cell."""
    if isinstance(value, (dict, list, bool)):
        from vsh.output.json import encoded

        return encoded(value)
    return "" if value is None else value
