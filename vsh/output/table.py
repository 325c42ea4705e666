"""What a person sees: rich tables, trees and highlighted XML, in the width of the terminal."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax
from rich.table import Table as RichTable
from rich.text import Text as RichText
from rich.tree import Tree as RichTree

from vsh.output import plain
from vsh.output.document import Done, Fields, Line, Lines, Table, Text, Tree, Xml
from vsh.output.plain import harmless, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.cli.session import Session
    from vsh.errors import CommandError, Error
    from vsh.output.document import Document

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


def render(document: Document, session: Session) -> None:
    """Print one document."""
    console = _console(session.out)
    shown = _form(document, session)
    if shown is not None:
        console.print(shown, crop=not isinstance(document, Tree))


def render_all(documents: Iterable[Document], session: Session) -> None:
    """Print documents as they come."""
    for document in documents:
        render(document, session)


def report(errors: list[CommandError | Error], session: Session) -> None:
    """Print an error and its causes, each problem of a refused document, and what to do next."""
    session.out.flush()
    console = _console(session.err, soft_wrap=True)
    for error in errors:
        console.print(RichText.assemble(("error: ", "bold red"), printable_lines(error.message)))
        session.log_error(error.message)
    for error in errors:
        problems = getattr(error, "problems", ())
        for problem in problems:
            console.print(
                RichText(f"  {harmless(problem.text())}", style="yellow" if problem.warning else "")
            )
        if error.hint and not problems:
            console.print(RichText.assemble(("hint: ", "cyan"), harmless(error.hint)))


def _console(stream: Any, *, soft_wrap: bool = False) -> Console:
    return Console(file=stream, highlight=False, soft_wrap=soft_wrap)


def _form(document: Document, session: Session) -> Any:
    """The rich form of a document, or None where nothing is to be shown."""
    if isinstance(document, Done):
        return None if session.quiet else RichText(printable_lines(document.text()), style="green")
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
        return _table(document, session)
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


def _fields(document: Fields) -> Any:
    grid = RichTable.grid(padding=(0, 2))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, text, _ in document.rows:
        value = printable_lines(text)
        grid.add_row(escape(label), RichText(value, style=STATES.get(value, "")))
    return grid


def _table(document: Table, session: Session) -> Any:
    from rich.box import SIMPLE_HEAD

    shown = RichTable(
        box=SIMPLE_HEAD,
        title=document.title,
        header_style="bold",
        show_header=session.header,
        pad_edge=False,
        show_edge=False,
    )
    for column in document.columns:
        shown.add_column(
            escape(column.head), justify="right" if column.right else "left", overflow="fold"
        )
    for row in document.cells():
        cells = [printable(cell) for cell in row]
        shown.add_row(*(RichText(cell, style=STATES.get(cell, "")) for cell in cells))
    return shown


def _tree(document: Tree) -> Any:
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
