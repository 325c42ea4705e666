"""--columns and --sort: which columns of a listing are shown, and in which order its rows stand."""

from __future__ import annotations

from vsh.errors import CommandError
from vsh.output.document import Column, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.output.document import Document


def select(document: Document, columns: str | None, sort: str | None) -> None:
    """Change a table in place; anything but a table stays as it is.

    columns  keys separated by commas; after a "+" they are added to those that are shown anyway
    sort     one key, with "-" before it for descending order

    A key may be one that only structured formats show.
    Raises CommandError that names the known keys where one is not known.
    """
    if not isinstance(document, Table):
        return
    shown = len(document.columns)
    _spread_out(document)
    keys = [column.key for column in document.columns]
    if sort is not None:
        descending = sort.startswith("-")
        place = _place(keys, sort.removeprefix("-"), "--sort")
        order = sorted(
            range(len(document.rows)),
            key=lambda row: _rank(document.rows[row][place]),
            reverse=descending,
        )
        document.rows = [document.rows[row] for row in order]
        if document.extra is not None:
            document.extra = [document.extra[row] for row in order]
    if columns is None:
        _keep(document, range(shown))
    else:
        more = columns.startswith("+")
        wanted = [_place(keys, key.strip(), "--columns") for key in columns.lstrip("+").split(",")]
        places = [*range(shown), *wanted] if more else wanted
        _keep(document, dict.fromkeys(places))
        document.extra = None


def _spread_out(document: Table) -> None:
    """What only structured formats show, as columns at the end."""
    if not document.extra:
        return
    have = {column.key for column in document.columns}
    for key in document.extra[0]:
        if key not in have:
            head = key.upper() if key == "uuid" else key.replace("_", " ").capitalize()
            document.columns.append(Column(head, key, _text))
            for row, more in zip(document.rows, document.extra, strict=True):
                row.append(more.get(key))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _keep(document: Table, places: Iterable[int]) -> None:
    places = list(places)
    document.columns = [document.columns[place] for place in places]
    document.rows = [[row[place] for place in places] for row in document.rows]


def _place(keys: list[str], key: str, option: str) -> int:
    if key not in keys:
        raise CommandError(
            f"{option}: no column '{key}' in this listing",
            hint=f"the columns are {', '.join(keys)}",
        )
    return keys.index(key)


def _rank(value: object) -> tuple[int, object]:
    """Numbers by value before words, words in natural order; what is missing comes last."""
    if value is None:
        return (2, "")
    if isinstance(value, (int, float)):
        return (0, value)
    return (1, natural(str(value)))


def natural(text: str) -> list[tuple[int, int, str]]:
    """A key that sorts "web10" after "web9"."""
    parts: list[tuple[int, int, str]] = []
    digits = word = ""
    for char in text + "\0":
        if char.isdecimal():
            digits += char
            continue
        if digits:
            parts.append((1, 0, word))
            parts.append((0, int(digits), ""))
            digits = word = ""
        word += char
    parts.append((1, 0, word))
    return parts
