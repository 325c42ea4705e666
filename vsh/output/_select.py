"""--columns and --sort: which columns of a listing are shown, and in which order its rows stand."""

from __future__ import annotations

from vsh.errors import CommandError
from vsh.output.document import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.output.document import Document


def select(document: Document, columns: str | None, sort: str | None) -> None:
    """Change a table in place; anything but a table stays as it is.

    columns  keys separated by commas;  sort  one key, with "-" before it for descending order
    Raises CommandError that names the known keys where one is not known.
    """
    if not isinstance(document, Table):
        return
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
    if columns is not None:
        places = [_place(keys, key.strip(), "--columns") for key in columns.split(",")]
        document.columns = [document.columns[place] for place in places]
        document.rows = [[row[place] for place in places] for row in document.rows]
        document.extra = None


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
