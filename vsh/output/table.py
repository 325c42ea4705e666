"""What a person sees: rich tables, trees and highlighted XML, in the width of the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.segment import Segment
from rich.syntax import Syntax
from rich.table import Table as RichTable
from rich.text import Text as RichText
from rich.tree import Tree as RichTree

from vsh.output import plain
from vsh.output.document import Done, Fields, Line, Lines, Table, Text, Tree, Xml
from vsh.output.plain import printable
from vsh.output.screen import ERROR, Writer, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, TextIO

    from rich.console import ConsoleOptions

    from vsh.errors import CommandError, Error
    from vsh.output.document import Document
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

DEEPEST = 30
"""The levels of a tree that is drawn with guides of its own."""


def render(document: Document, screen: Screen) -> None:
    """Print one document."""
    console = _console(screen.out, screen.draw)
    shown = _form(document, screen)
    if shown is not None:
        console.print(_Harmless(shown), crop=not isinstance(document, Tree))


def render_all(documents: Iterable[Document], screen: Screen) -> None:
    """Print documents as they come."""
    for document in documents:
        render(document, screen)


def report(errors: list[CommandError | Error], screen: Screen) -> None:
    """Print an error and its causes, each problem of a refused document, and what to do next."""
    screen.flush()
    console = _console(screen.err, screen.draw_error, soft_wrap=True)
    for error in errors:
        message = printable_lines(error.message)
        console.print(_Harmless(RichText.assemble(("error: ", "bold red"), message)))
        screen.note(ERROR, error.message)
    for error in errors:
        problems = getattr(error, "problems", ())
        for problem in problems:
            text = RichText(f"  {problem.text()}", style="yellow" if problem.warning else "")
            console.print(_Harmless(text))
        if error.hint and not problems:
            console.print(_Harmless(RichText.assemble(("hint: ", "cyan"), error.hint)))


def _console(stream: TextIO, write: Callable[[str], None], *, soft_wrap: bool = False) -> Console:
    file: Any = Writer(stream, write)
    return Console(file=file, highlight=False, soft_wrap=soft_wrap)


class _Harmless:
    """What rich has laid out, without anything in its texts that a terminal would obey."""

    def __init__(self, shown: Any) -> None:
        self.shown = shown

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        for segment in console.render(self.shown, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                yield Segment(harmless(segment.text), segment.style)


def _form(document: Document, screen: Screen) -> object:
    """The rich form of a document, or None where nothing is to be shown."""
    if isinstance(document, Done):
        return None if screen.quiet else RichText(printable_lines(document.text()), style="green")
    if isinstance(document, Line):
        text = printable_lines(document.text())
        return RichText(text, style=STATES.get(text.partition(" (")[0], ""))
    if isinstance(document, Text):
        return RichText(printable_lines(document.text).rstrip("\n"))
    if isinstance(document, Xml):
        text = harmless(document.text.rstrip("\n"))
        return Syntax(text, "xml", background_color="default", word_wrap=True)
    if isinstance(document, Fields):
        return _fields(document)
    if isinstance(document, Table):
        return _table(document, screen)
    if isinstance(document, Lines):
        return RichText("\n".join(printable(str(line)) for line in document.lines))
    if isinstance(document, Tree):
        return _tree(document)
    raise TypeError(f"table has no form for {type(document).__name__}")


def printable_lines(text: str) -> str:
    """Text without anything that could move the cursor but newlines and tabs."""
    return "\n".join(
        "\t".join(printable(part) for part in line.split("\t")) for line in text.split("\n")
    )


def _fields(document: Fields) -> object:
    grid = RichTable.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text, _ in document.rows:
        value = printable_lines(text)
        grid.add_row(RichText(printable(label)), RichText(value, style=STATES.get(value, "")))
    return grid


def _table(document: Table, screen: Screen) -> object:
    from rich.box import SIMPLE_HEAD

    shown = RichTable(
        box=SIMPLE_HEAD,
        title=None if document.title is None else RichText(printable(document.title)),
        header_style="bold",
        show_header=screen.header,
        pad_edge=False,
        show_edge=False,
    )
    for column in document.columns:
        head = RichText(printable(column.head))
        shown.add_column(head, justify="right" if column.right else "left", overflow="fold")
    for row in document.cells():
        cells = [printable(cell) for cell in row]
        shown.add_row(*(RichText(cell, style=STATES.get(cell, "")) for cell in cells))
    return shown


def _tree(document: Tree) -> object:
    from rich.console import Group

    trees = []
    for root in document.roots:
        trunk = RichTree(RichText(printable(root), style="bold"))
        waiting = [(trunk, root, 0)]
        while waiting:
            branch, name, depth = waiting.pop()
            if depth > DEEPEST:
                # guides for each level would leave no room for the names: as virsh draws it
                return RichText(
                    printable_lines(plain.tree(document)), no_wrap=True, overflow="ignore"
                )
            waiting += [
                (branch.add(RichText(printable(child))), child, depth + 1)
                for child in document.children(name)
            ]
        trees.append(trunk)
    return Group(*trees)
