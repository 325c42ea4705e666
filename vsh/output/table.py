"""What a person sees: tables, facts, trees and coloured XML, in the width of the terminal.

Rules:
- colours are those of the terminal's own palette, so that they can be read on any ground; nothing
  is said by a colour alone;
- a name is never cut or folded: columns that do not fit are left out, those of the highest rank
  first, and a last line says so; where not even two fit, each row is a record;
- numbers have the unit that a person reads (``units``); what stands under a heading of its own is
  apart from what was printed before by a blank line.

The layout is ours and not rich's, whose import alone costs more than a whole listing.
"""

from __future__ import annotations

from vsh.errors import Error
from vsh.output import plain
from vsh.output.document import Done, Fields, Line, Lines, Table, Text, Tree, Xml
from vsh.output.paint import Paint, paint_for, size
from vsh.output.plain import own, printable
from vsh.output.screen import ERROR, harmless
from vsh.output.units import human, unit_of
from vsh.output.xml_colours import coloured

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.errors import CommandError
    from vsh.output.document import Column, Document
    from vsh.output.screen import Screen

STATES = {
    "running": "green",
    "active": "green",
    "paused": "yellow",
    "in shutdown": "yellow",
    "pmsuspended": "yellow",
    "crashed": "bold red",
    "shut off": "dim",
    "shutoff": "dim",
    "inactive": "dim",
    "disk-snapshot": "cyan",
    "saved": "cyan",
}
"""How the words for states are coloured, wherever they stand."""

SIGNS = {
    "running": "●",
    "active": "●",
    "paused": "◐",
    "in shutdown": "◐",
    "pmsuspended": "◐",
    "crashed": "✖",
    "shut off": "○",
    "shutoff": "○",
    "inactive": "○",
    "saved": "◌",
}
"""A sign before the word of a state, where the terminal can show it."""

NARROW = 50
"""Below so many columns a table that does not fit is shown as records."""
NARROW_SIGNS = dict.fromkeys(map(ord, "●◐✖○◌├─└│·…←"), "?")
"""vsh's own signs, of one column each: no table of all of Unicode is needed for them."""
GAP, NARROW_GAP = 3, 2
"""Blanks between two columns, and where those do not fit otherwise."""
DEEPEST = 30
"""The levels of a tree that is drawn with guides of its own."""


def render(document: Document, screen: Screen) -> None:
    """Print one document."""
    page = _Page(screen)
    if isinstance(document, Done):
        if not screen.quiet and document.text():
            page.line(page.paint("green", printable_lines(document.text().rstrip("\n"))))
    elif isinstance(document, Line):
        page.line(page.state(printable_lines(document.text())))
    elif isinstance(document, Text):
        page.line(printable_lines(document.text).rstrip("\n"))
    elif isinstance(document, Xml):
        page.block()
        text = harmless(document.text.rstrip("\n"))
        text = coloured(text, page.paint, screen.theme)
        for before, row in document.numbered(text):
            page.line(page.paint("dim", before) + row)
    elif isinstance(document, Fields):
        page.block()
        _fields(page, document)
    elif isinstance(document, Table):
        page.block()
        _table(page, document)
    elif isinstance(document, Lines):
        for line in document.lines:
            page.line(safe(str(line)))
    elif isinstance(document, Tree):
        page.block()
        _tree(page, document)
    else:
        raise TypeError(f"table has no form for {type(document).__name__}")
    page.show()


def render_all(documents: Iterable[Document], screen: Screen) -> None:
    """Print documents as they come, each at once."""
    for document in documents:
        render(document, screen)
        screen.flush()


def report(errors: list[CommandError | Error], screen: Screen) -> None:
    """Print an error and its causes, each problem of a refused document, and what to do next."""
    screen.flush()
    paint = paint_for(screen.err)
    text = ""
    for error in errors:
        text += paint("bold red", "error: ") + printable_lines(error.message) + "\n"
        screen.note(ERROR, error.message)
    room = max(20, size()[0] - 6)
    if screen.place is not None:
        place, screen.place = screen.place, None
        place.make_printable(safe)
        text += place.drawn(paint, size()[0], width)
    for error in errors:
        problems = error.problems if isinstance(error, Error) else ()
        above = None
        for problem in problems:
            shown = printable_lines(problem.text())
            text += f"  {paint('yellow', shown) if problem.warning else shown}\n"
            row = screen.rows.get(problem.place)
            if row is not None and problem.place != above:
                text += f"      {paint('cyan', safe(row.strip())[:room])}\n"
                above = problem.place
        if error.hint and not problems:
            text += paint("cyan", "hint: ") + printable_lines(error.hint) + "\n"
    screen.draw_error(text)


def safe(text: str) -> str:
    """A cell without anything that a terminal would obey, or that makes it look like another."""
    return harmless(printable(text, decoded=True))


def printable_lines(text: str) -> str:
    """Text without anything that could move the cursor but newlines and tabs."""
    return "\n".join(
        "\t".join(safe(part) for part in line.split("\t")) for line in text.split("\n")
    )


class _Page:
    """The lines of one document."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.paint: Paint = paint_for(screen.out)
        self.terminal = screen.out.isatty()
        self.columns = size()[0] if self.terminal else 1 << 20
        encoding = (getattr(screen.out, "encoding", None) or "ascii").lower()
        self.signs = encoding.startswith("utf") and not plain.ascii_locale()
        self.lines: list[str] = []
        self._block = False

    def line(self, text: str = "") -> None:
        """One line, or several."""
        self.lines.append(text)

    def block(self) -> None:
        """What follows is apart from what was printed before."""
        self._block = True

    def state(self, text: str, *, sign: bool = False) -> str:
        """A text in the colour of the state that it names, with its sign."""
        word = text.partition(" (")[0].rstrip()
        if sign and self.signs and word in SIGNS:
            text = f"{SIGNS[word]} {text}"
        return self.paint(STATES.get(word, ""), text)

    def show(self) -> None:
        """Print it."""
        if not self.lines:
            return
        screen = self.screen
        if self._block and screen.printed:
            self.lines.insert(0, "")
        screen.printed = self._block or screen.printed
        screen.draw("\n".join(self.lines) + "\n")


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii() or text.translate(NARROW_SIGNS).isascii():
        return len(text)
    try:
        from wcwidth import wcswidth
    except ImportError:
        return plain.width(text)
    found = int(wcswidth(text))
    return found if found >= 0 else plain.width(text)


# -- facts ----------------------------------------------------------------------------------------


def _fields(page: _Page, document: Fields) -> None:
    rows = []
    for label, text, values in document.rows:
        shown = text
        if len(values) == 1:
            ((key, value),) = values.items()
            shown = human(key, value, text)
        rows.append((safe(label).rstrip(":"), printable_lines(shown)))
    column = max((width(label) for label, _ in rows), default=0) + 2
    for number, (label, text) in enumerate(rows):
        if number in document.groups:
            if number:
                page.line()
            page.line(page.paint("bold cyan", safe(document.groups[number])))
        pad = " " * (column - width(label))
        lines = text.split("\n")
        first = page.state(lines[0], sign=label == "State")
        page.line(f" {page.paint('bold', label)}{pad}{first}".rstrip())
        for line in lines[1:]:
            page.line(" " * (column + 1) + line.lstrip(" "))


# -- tables ---------------------------------------------------------------------------------------


class _Column:
    """A column with its cells as they are shown."""

    def __init__(self, column: Column, cells: list[str], *, heads: bool) -> None:
        self.head = safe(column.head)
        self.right = column.right or unit_of(column.key) == "bytes"
        self.rank = column.rank
        self.state = column.key == "state"
        self.cells = cells
        self.widths = [width(cell) for cell in cells]
        self.width = max([width(self.head) if heads else 0, *self.widths])


def _table(page: _Page, document: Table) -> None:
    heads = page.screen.header
    columns = [
        _Column(column, [_cell(page, column, row[place]) for row in document.rows], heads=heads)
        for place, column in enumerate(document.columns)
    ]
    if document.title is not None:
        page.line(page.paint("bold", safe(document.title)))
    kept, gap = _fitting(columns, page.columns)
    if len(kept) < 2 < len(columns) and page.columns < NARROW:
        _records(page, columns)
        return
    if heads:
        page.line(page.paint("bold", _row([column.head for column in kept], kept, gap)))
    for number in range(len(document.rows)):
        page.line(
            _row(
                [column.cells[number] for column in kept],
                kept,
                gap,
                [
                    page.paint(STATES.get(column.cells[number][2:], ""), column.cells[number])
                    if column.state and page.signs
                    else page.paint(STATES.get(column.cells[number], ""), column.cells[number])
                    for column in kept
                ],
            )
        )
    hidden = len(columns) - len(kept)
    if hidden:
        noun = "column" if hidden == 1 else "columns"
        names = ", ".join(column.head for column in columns if column not in kept)
        text = f"… {hidden} {noun} hidden ({names}): --columns"
        page.line(page.paint("dim", own(text)))
    if document.footer is not None and page.terminal:
        page.line(page.paint("dim", safe(own(document.footer))))


def _cell(page: _Page, column: Column, value: object) -> str:
    text = safe(own(human(column.key, value, column.text(value))))
    if column.key == "state" and page.signs and text in SIGNS:
        return f"{SIGNS[text]} {text}"
    return f"  {text}" if column.key == "state" and page.signs else text


def _fitting(columns: list[_Column], room: int) -> tuple[list[_Column], int]:
    """The columns that fit, and the blanks between them: three, or two where that is enough; the
    columns of the highest rank, and of them the last, are left out first."""
    kept = list(columns)
    while len(kept) > 1:
        wide = sum(column.width for column in kept) + 1
        for gap in (GAP, NARROW_GAP):
            if wide + gap * (len(kept) - 1) <= room:
                return kept, gap
        worst = max(range(1, len(kept)), key=lambda place: (kept[place].rank, place))
        if kept[worst].rank < 0:
            return kept, NARROW_GAP
        del kept[worst]
    return kept, GAP


def _row(cells: list[str], columns: list[_Column], gap: int, shown: list[str] | None = None) -> str:
    parts = []
    for place, (cell, column) in enumerate(zip(cells, columns, strict=True)):
        pad = " " * (column.width - width(cell))
        text = cell if shown is None else shown[place]
        parts.append(pad + text if column.right else text + pad)
    return " " + (" " * gap).join(parts).rstrip()


def _records(page: _Page, columns: list[_Column]) -> None:
    """Each row as lines of a heading and a value."""
    column = max(width(each.head) for each in columns) + 2
    for number in range(len(columns[0].cells)):
        if number:
            page.line()
        for each in columns:
            label = page.paint("bold", each.head) + " " * (column - width(each.head))
            page.line(f" {label}{page.state(each.cells[number].strip())}")


# -- trees ----------------------------------------------------------------------------------------


def _tree(page: _Page, document: Tree) -> None:
    """Names under names with guides; a tree that is too deep for them as virsh draws it."""
    tee, corner, bar = ("├── ", "└── ", "│   ") if page.signs else ("|-- ", "`-- ", "|   ")
    lines = []
    waiting = [(root, "", "") for root in reversed(document.roots)]
    while waiting:
        name, lead, indent = waiting.pop()
        if len(indent) > 4 * DEEPEST:
            page.line(printable_lines(plain.tree(document)).rstrip("\n"))
            return
        shown = safe(name)
        note = document.notes(name) if document.notes is not None else ""
        text = lead + (shown if lead else page.paint("bold", shown))
        lines.append(text + (f"  {page.paint('dim', safe(own(note)))}" if note else ""))
        below = list(document.children(name))
        for place, child in enumerate(reversed(below)):
            last = place == 0
            lead_below = indent + (corner if last else tee)
            waiting.append((child, lead_below, indent + ("    " if last else bar)))
    for line in lines:
        page.line(line)
