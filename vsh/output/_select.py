"""--where, --sort, --columns and --template: which rows and values of a document are shown."""

from __future__ import annotations

from vsh.errors import CommandError
from vsh.output.document import Column, Done, Fields, Heading, Lines, Outcome, Table, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.output.document import Document


def select(document: Document, wanted: Wanted) -> Document:
    """The document with what was asked for; listings that are no table become one.

    Raises CommandError that names the known keys where one is not known.
    """
    if isinstance(document, (Heading, Outcome)):
        return document
    if isinstance(document, Done) and not _answers(document, wanted):
        return document  # no listing, but what was done beside one
    if wanted.where is not None:
        document = _where(document, wanted.where)
    if wanted.sort is not None or wanted.columns is not None:
        if isinstance(document, Fields):
            _keep_fields(document, wanted)
        elif isinstance(table := _as_table(document), Table):
            _select(table, wanted)
            document = table
        elif isinstance(data := document.data(), dict):
            document = _of_dict(data)
            _keep_fields(document, wanted)
    if wanted.template is not None:
        return Text("".join(f"{line}\n" for line in _lines(document, wanted.template)))
    return document


def _answers(document: Done, wanted: Wanted) -> bool:
    """Whether what was done is what was asked for: it lists something, or has all the keys."""
    data = document.data()
    if not isinstance(data, dict) or wanted.template is not None:
        return True
    keys = (wanted.columns or "").split(",")
    return wanted.where is None and all(key.strip() in data for key in keys)


class Wanted:
    """What was asked for of documents; None where nothing was.

    columns   keys separated by commas; after a "+" they are added to those that are shown anyway
    sort      one key, with "-" before it for descending order
    named     what the columns were asked for by, for errors
    where     an expression (``vsh/output/where.py``);  template  text with keys in braces
    """

    __slots__ = ("columns", "named", "sort", "template", "where")

    def __init__(
        self,
        columns: str | None = None,
        sort: str | None = None,
        where: str | None = None,
        template: str | None = None,
        *,
        named: str = "--columns",
    ) -> None:
        self.named = named
        self.columns = columns
        self.sort = sort
        self.where = where
        self.template = template


def check(option: str, text: str) -> None:
    """Refuse a value of --where, --template, --columns or --sort that no document could be shown
    by.  Raises CommandError."""
    if option == "where":
        from vsh.output.where import parse

        parse(text)
    elif option == "template":
        _parts(text)
    elif "" in text.removeprefix("-").split(","):
        raise CommandError(f"Invalid value for option --{option}", hint=f"as in --{option}=name")


def _rows(document: Document) -> list[dict[str, object]]:
    """The values of a document, a row for each of what it lists."""
    data = document.data()
    rows = data if isinstance(data, list) else [] if data is None else [data]
    return [row for row in rows if isinstance(row, dict)]


def _as_table(document: Document) -> Document:
    """A listing as a table; anything else as it is."""
    if isinstance(document, Table):
        return document
    rows = _rows(document)
    if not rows or not isinstance(document.data(), list):
        return document
    keys = list(dict.fromkeys(key for row in rows for key in row))
    columns = [Column(_head(key), key, _text) for key in keys]
    return Table([[row.get(key) for key in keys] for row in rows], *columns)


def _where(document: Document, expression: str) -> Document:
    """The rows of a listing that meet an expression; a document of fields must meet it, or is
    empty."""
    from vsh.output.where import parse

    test = parse(expression)
    document = _as_table(document)
    if isinstance(document, Table):
        kept = [number for number, row in enumerate(_rows(document)) if test(row)]
        extra = document.told()
        document.rows = [document.rows[number] for number in kept]
        document.footer = None
        if extra is not None:
            document.extra = [extra[number] for number in kept]
        return document
    rows = _rows(document)
    if rows and not test(rows[0]):
        return Lines([])
    return document


def _lines(document: Document, template: str) -> list[str]:
    """A line for each row, with its values in the places of their keys."""
    parts = _parts(template)
    return ["".join(_filled(row, parts)) for row in _rows(document)]


def _parts(template: str) -> list[tuple[str, str | None]]:
    """A template as texts and the keys behind them.  Raises CommandError."""
    parts: list[tuple[str, str | None]] = []
    rest = template.replace("\\n", "\n").replace("\\t", "\t")
    while rest:
        text, brace, rest = rest.partition("{")
        if brace and rest.startswith("{"):
            parts.append((text + "{", None))
            rest = rest[1:]
            continue
        key, end, after = rest.partition("}") if brace else ("", "", "")
        if brace and not end:
            raise CommandError(
                "--template: '{' is not closed", hint="as in --template '{name} {state}'"
            )
        parts.append((text.replace("}}", "}"), key.strip() if brace else None))
        rest = after
    return parts


def _filled(row: dict[str, object], parts: list[tuple[str, str | None]]) -> Iterable[str]:
    from vsh.output.where import found, unknown

    for text, key in parts:
        yield text
        if key is not None:
            there, value = found(row, key)
            if not there:
                raise unknown("--template", "key", "document", key, row)
            yield _text(value)


def _of_dict(data: dict[str, object]) -> Fields:
    fields = Fields()
    for key, value in data.items():
        fields.add(f"{_head(key)}:", _text(value), **{key: value})
    return fields


def _keep_fields(document: Fields, asked: Wanted) -> None:
    """Keep the fields of some keys, in the order that was asked for."""
    columns = asked.columns
    if columns is None or columns.startswith("+"):
        return
    keys = [key for _, _, values in document.rows for key in values]
    kept = []
    for key in columns.split(","):
        found = keys[_place(keys, key.strip(), asked.named)]
        for label, text, values in document.rows:
            if found in values:
                kept.append((label, text, {found: values[found]}))
    document.rows, document.groups = kept, {}


def _head(key: str) -> str:
    return key.upper() if key == "uuid" else key.replace("_", " ").capitalize()


def _select(document: Table, asked: Wanted) -> None:
    columns, sort = asked.columns, asked.sort
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
        extra = document.told()
        if extra is not None:
            document.extra = [extra[row] for row in order]
    if columns is None:
        _keep(document, range(shown))
    else:
        more = columns.startswith("+")
        wanted = [_place(keys, key.strip(), asked.named) for key in columns.lstrip("+").split(",")]
        places = [*range(shown), *wanted] if more else wanted
        _keep(document, dict.fromkeys(places))
        document.extra = None


def _spread_out(document: Table) -> None:
    """What only structured formats show, as columns at the end."""
    extra = document.told()
    if not extra:
        return
    have = {column.key for column in document.columns}
    for key in extra[0]:
        if key not in have:
            document.columns.append(Column(_head(key), key, _text))
            for row, more in zip(document.rows, extra, strict=True):
                row.append(more.get(key))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ",".join(map(_text, value))
    if isinstance(value, dict):
        from vsh.output.json import encoded

        return encoded(value)
    return "" if value is None else str(value)


def _keep(document: Table, places: Iterable[int]) -> None:
    places = list(places)
    document.columns = [document.columns[place] for place in places]
    document.rows = [[row[place] for place in places] for row in document.rows]


def _place(keys: list[str], key: str, option: str) -> int:
    from vsh.output.where import UNITS

    key = next((key + unit for unit in UNITS if key + unit in keys), key)
    if key not in keys:
        from vsh.output.where import unknown

        raise unknown(option, "column", "listing", key, keys)
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
