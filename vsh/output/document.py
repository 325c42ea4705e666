"""What a command returns: values with just enough of a shape that every format can show them.

A document keeps raw values (numbers in bytes, states as words) beside the text that virsh prints
for them, so that ``plain`` is byte-equal to virsh and ``json`` is never localised or scaled.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, TypeAlias

    Row: TypeAlias = dict[str, object]
    Extra: TypeAlias = Sequence[Mapping[str, object]] | Callable[[], Sequence[Row]] | None


class Document:
    """Anything that can be shown.  ``data()`` is the value for structured formats."""

    __slots__ = ()

    def data(self) -> object:
        """The document as dicts, lists, strings and numbers."""
        raise NotImplementedError


class Line(Document):
    """One line of text around values: ``Line("{state} ({reason})", state=..., reason=...)``."""

    __slots__ = ("template", "values")

    def __init__(self, template: str, /, **values: object) -> None:
        self.template = template
        self.values = values

    def text(self) -> str:
        """The line, without its newline."""
        return self.template.format(**self.values)

    def data(self) -> object:
        return self.values


class Done(Line):
    """What was done, in one line; quiet mode leaves it out.

    Structured formats have done, message, and the values: to what it was done, by its kind
    ("domain", "volume" ...).  ``called`` is what the user called that, for the text alone.
    """

    __slots__ = ()
    end = "\n"

    def data(self) -> object:
        told: dict[str, object] = {"done": True, "message": self.text().strip() or None}
        told.update((key, value) for key, value in self.values.items() if key != "called")
        return told


class Said(Done):
    """What was done, where virsh leaves the end of the line to the blank line after a command."""

    __slots__ = ()
    end = ""


class Unset(Said):
    """That something is not there, in one line; structured formats have only the values."""

    __slots__ = ()

    def __init__(self, text: str, /, **values: object) -> None:
        super().__init__(text.replace("{", "{{").replace("}", "}}"), **values)

    def data(self) -> object:
        return self.values


class Outcome(Line):
    """How a stream ended, after what it gave: for programs it stands on standard error."""

    __slots__ = ()


class Nothing(Said):
    """That there is none of what was asked for; an empty list in structured formats."""

    __slots__ = ()

    def data(self) -> object:
        return []


class Heading(Said):
    """What stands above the next document; structured formats leave it out."""

    __slots__ = ()

    def data(self) -> object:
        return None


class Text(Document):
    """Text that is printed just as it is; ``values`` are what structured formats show of it."""

    __slots__ = ("text", "values")

    def __init__(self, text: str, /, **values: object) -> None:
        self.text = text
        self.values = values

    def data(self) -> object:
        return self.values or {"text": self.text}


class Numbers(Text):
    """Text of numbers of which a hypervisor says what there are: those whose name is no key of the
    dictionary stand among ``params`` in structured formats."""

    __slots__ = ()

    def data(self) -> object:
        from vsh.output.keys import known

        return known(self.values)


class Shaped(Text):
    """Text that is printed just as it is; structured formats show ``shape``, whatever it is.

    It may be what gives it: called when it is shown, so that plain output does not pay for it.
    """

    __slots__ = ("shape",)

    def __init__(self, text: str, shape: object | Callable[[], object]) -> None:
        super().__init__(text)
        self.shape = shape

    def data(self) -> object:
        if callable(self.shape):
            self.shape = self.shape()
        return self.shape


class Xml(Document):
    """An XML document, printed as it is, with a newline after it where ``newline`` says so.

    numbers  what stands before each line, the number of the line in the whole document; or None
    nodes    the elements that it has, where it is not one document but parts of one
    """

    __slots__ = ("newline", "nodes", "numbers", "text")

    def __init__(
        self,
        text: str,
        *,
        newline: bool = False,
        numbers: list[int] | None = None,
        nodes: list[str] | None = None,
    ) -> None:
        self.text = text
        self.newline = newline
        self.numbers = numbers
        self.nodes = nodes

    def numbered(self, text: str) -> list[tuple[str, str]]:
        """The lines of the text as it is shown, each with what stands before it."""
        lines = text.split("\n")
        if self.numbers is None:
            return [("", line) for line in lines]
        wide = len(str(max(self.numbers, default=0)))
        shown = [f"{number:>{wide}}  " for number in self.numbers]
        return [
            (shown[place] if place < len(shown) else "", line) for place, line in enumerate(lines)
        ]

    def data(self) -> object:
        from vsh.output.xml_data import data_of

        if self.nodes is not None:
            return {"nodes": self.nodes}
        return {"xml": self.text, "document": data_of(self.text)}


class Fields(Document):
    """Label and value, one pair a line: ``Fields().add("Id:", "1", id=1)``.

    width   how wide the labels are made before the value (virsh's "%-15s %s")
    groups  what people see above a row, by the row's number
    """

    __slots__ = ("groups", "rows", "width")

    def __init__(self, width: int = 15) -> None:
        self.rows: list[tuple[str, str, dict[str, object]]] = []
        self.width = width
        self.groups: dict[int, str] = {}

    def group(self, heading: str) -> Fields:
        """People see the rows that follow under a heading; returns self."""
        self.groups[len(self.rows)] = heading
        return self

    def add(self, label: str, text: object, /, **values: object) -> Fields:
        """A label, the text beside it, and the raw value or values under their keys; returns
        self."""
        self.rows.append((label, str(text), values))
        return self

    def data(self) -> object:
        return self.values()

    def values(self) -> dict[str, object]:
        """All raw values under their keys."""
        values: dict[str, object] = {}
        for _, _, part in self.rows:
            values.update(part)
        return values


class Column:
    """One column of a table.

    head  its heading;  key  its name in structured formats and for --columns and --sort
    text  how a raw value is shown, where ``str`` is not right
    value  what structured formats have of a raw value, where they have it otherwise
    right  True for columns of numbers that are set to the right by formats that can
    rank   where a terminal is too narrow the columns of the highest rank are left out first; one
           below zero always stays
    """

    __slots__ = ("head", "key", "rank", "right", "text", "value")

    def __init__(
        self,
        head: str,
        key: str,
        text: Callable[[Any], str] | None = None,
        *,
        right: bool = False,
        rank: int | None = None,
        value: Callable[[Any], object] | None = None,
    ) -> None:
        self.value = value
        self.head = head
        self.key = key
        self.text = text or str
        self.right = right
        self.rank = (-1 if key == "name" else 0) if rank is None else rank


class Table(Document):
    """Rows of raw values under columns.  ``title`` is for formats that have room for one.

    extra   per row, values that only structured formats show, or what gives them: it is called
            when they are shown, so that plain listings do not pay for them
    footer  what people see below it
    chosen  whether the user asked for these columns: the setting ``columns`` is not obeyed
    """

    __slots__ = ("chosen", "columns", "extra", "footer", "rows", "title")

    def __init__(
        self,
        rows: Iterable[Sequence[object]],
        *columns: Column,
        title: str | None = None,
        extra: Extra = None,
        footer: str | None = None,
        chosen: bool = False,
    ) -> None:
        self.chosen = chosen
        self.footer = footer
        self.rows = [list(row) for row in rows]
        self.columns = list(columns)
        self.title = title
        self.extra: Extra = extra

    def told(self) -> Sequence[Mapping[str, object]] | None:
        """What only structured formats show, a dict for each row; asked for now if need be."""
        if callable(self.extra):
            self.extra = self.extra()
        return self.extra

    def cells(self) -> list[list[str]]:
        """The rows as text."""
        makers = [column.text for column in self.columns]
        return [[make(value) for make, value in zip(makers, row, strict=True)] for row in self.rows]

    def data(self) -> object:
        return self.rows_as_data()

    def rows_as_data(self) -> list[Row]:
        """The rows as dicts by key, with what only structured formats show."""
        keys = [column.key for column in self.columns]
        rows: list[Row] = [dict(zip(keys, row, strict=True)) for row in self.rows]
        for column in self.columns:
            if column.value is not None:
                for row in rows:
                    row[column.key] = column.value(row[column.key])
        more = self.told()
        if more is not None:
            for row, values in zip(rows, more, strict=True):
                for key, value in values.items():
                    row.setdefault(key, value)
        return rows


class Lines(Document):
    """A list of plain words, one a line: names, UUIDs.  ``end`` is printed after the last.

    rows  what structured formats show instead, or what gives it: the whole listing, whatever part
          of it people wanted to see
    """

    __slots__ = ("end", "key", "lines", "rows")

    def __init__(
        self, lines: Iterable[object], key: str = "name", *, end: str = "", rows: Extra = None
    ) -> None:
        self.lines = list(lines)
        self.key = key
        self.end = end
        self.rows: Extra = rows

    def data(self) -> object:
        if callable(self.rows):
            self.rows = self.rows()
        if self.rows is not None:
            return self.rows
        return [{self.key: line} for line in self.lines]


class Tree(Document):
    """Names under names: ``children(name)`` gives the names below one.

    values  ``values(names)`` gives a row of structured formats for each name, in their order: those
            of the listing that is no tree; without it they have name and parent
    notes   ``notes(name)`` is what people see beside a name
    """

    __slots__ = ("children", "notes", "roots", "values")

    def __init__(
        self,
        roots: Iterable[str],
        children: Callable[[str], Iterable[str]],
        values: Callable[[list[str]], list[Row]] | None = None,
        notes: Callable[[str], str] | None = None,
    ) -> None:
        self.notes = notes
        self.roots = list(roots)
        self.children = children
        self.values = values

    def data(self) -> object:
        names: list[str] = []
        parents: list[str | None] = []
        waiting: list[tuple[str, str | None]] = [(root, None) for root in reversed(self.roots)]
        while waiting:  # not recursive: a chain of snapshots may have thousands
            name, parent = waiting.pop()
            names.append(name)
            parents.append(parent)
            waiting += [(child, name) for child in reversed(list(self.children(name)))]
        if self.values is not None:
            return self.values(names)
        return [
            {"name": name, "parent": parent} for name, parent in zip(names, parents, strict=True)
        ]
