"""What a script sees: byte for byte what virsh prints."""

from __future__ import annotations

from vsh.output.document import Done, Fields, Line, Lines, Outcome, Table, Text, Tree, Xml

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.errors import CommandError, Error
    from vsh.output.document import Document
    from vsh.output.screen import Screen


def render(document: Document, screen: Screen) -> None:
    """Print one document."""
    kind = type(document)
    if kind is Line or kind is Outcome:
        screen.write(document.text() + "\n")  # type: ignore[attr-defined]
    elif isinstance(document, Done):
        screen.extra(document.text() + document.end)
    elif isinstance(document, Text):
        screen.write(document.text)
    elif isinstance(document, Xml):
        text = document.text
        if document.numbers is not None:
            text = "\n".join(before + line for before, line in document.numbered(text))
        screen.write(text + ("\n" if document.newline else ""))
    elif isinstance(document, Fields):
        screen.write(fields(document))
    elif isinstance(document, Table):
        screen.write(table(document, header=screen.header and not screen.quiet))
    elif isinstance(document, Lines):
        screen.write("".join(f"{line}\n" for line in document.lines) + document.end)
    elif isinstance(document, Tree):
        screen.write(tree(document))
    else:
        raise TypeError(f"plain has no form for {kind.__name__}")


def render_all(documents: Iterable[Document], screen: Screen) -> None:
    """Print documents as they come, each at once (an event must not wait for the next)."""
    for document in documents:
        render(document, screen)
        screen.flush()


def report(errors: list[CommandError | Error], screen: Screen) -> None:
    """Print an error and its causes, one line each."""
    for error in errors:
        screen.error(error.message)


def fields(document: Fields) -> str:
    """The labels padded to the same width, then the values."""
    width = document.width
    return "".join(f"{label:{width}} {text}\n" for label, text, _ in document.rows)


def table(document: Table, *, header: bool = True) -> str:
    """virsh's table: a space before each row, three between columns, a rule under the headings."""
    rows = [[printable(cell) for cell in row] for row in document.cells()]
    heads = [printable(column.head) for column in document.columns]
    widths = [width(head) for head in heads] if header else [0] * len(heads)
    sizes = [[width(cell) for cell in row] for row in rows]
    for row in sizes:
        widths = [max(pair) for pair in zip(widths, row, strict=True)]
    text = []
    if header:
        text.append(_row(heads, [width(head) for head in heads], widths))
        text.append("-" * (sum(widths) + 3 * len(widths)) + "\n")
    for cells, row in zip(rows, sizes, strict=True):
        text.append(_row(cells, row, widths))
    return "".join(text)


def _row(cells: list[str], sizes: list[int], widths: list[int]) -> str:
    parts = []
    last = len(cells) - 1
    for position, cell in enumerate(cells):
        pad = "" if position == last else " " * (widths[position] - sizes[position] + 2)
        parts.append(f" {cell}{pad}")
    return "".join(parts) + "\n"


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(char) in ("Mn", "Me", "Cf") else 2 if east_asian_width(char) in "WF" else 1
        for char in text
    )


def printable(text: str, *, decoded: bool = False) -> str:
    """A cell without anything that could act on a terminal: such bytes are shown as \\xNN.

    So is a backslash before an x, which otherwise could be taken for such a byte.

    decoded  letters are letters whatever the locale, since the output is UTF-8
    """
    plain = text.isprintable() and "\\x" not in text
    if plain and text.isascii():
        return text
    ascii_only = not decoded and ascii_locale()
    if plain and not ascii_only:
        return text
    return "".join(
        f"\\x{ord(char):02x}"
        if char == "\\" and text[place + 1 : place + 2] == "x"
        else _shown(char, ascii_only=ascii_only, as_virsh=not decoded)
        for place, char in enumerate(text)
    )


ASCII = {ord("←"): "<-", ord("·"): "-", ord("…"): "..."}
"""What stands for vsh's own signs where the locale has none."""


def own(text: str) -> str:
    """A text of vsh's own, in signs that the user's locale has."""
    return text if text.isascii() or not ascii_locale() else text.translate(ASCII)


def ascii_locale() -> bool:
    """Whether the user's locale has no characters but ASCII."""
    import os

    names = (os.environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    return next(filter(None, names), "") in ("C", "POSIX")


def _shown(char: str, *, ascii_only: bool, as_virsh: bool) -> str:
    """One character, or its bytes in hexadecimal if it is not for printing."""
    if char.isprintable() and (char.isascii() or not ascii_only):
        return char
    from unicodedata import category

    if category(char) in ("Cf", "Zs") and not ascii_only:  # no width, or a blank
        return char
    # virsh takes a byte for a signed number and keeps two digits of it: all above 7f are ff
    return "".join(
        f"\\x{byte if byte < 0x80 or not as_virsh else 0xFF:02x}"
        for byte in char.encode("utf-8", "surrogateescape")
    )


def tree(document: Tree) -> str:
    """virsh's tree of names: a bar down to each branch, a blank line after the last of a family."""
    lines: list[str] = []
    # (name, what stands before it, whether it is the last of its family); not recursive: a chain of
    # snapshots may have thousands
    waiting: list[tuple[str, str | None, bool]] = [
        (root, None, True) for root in reversed(document.roots)
    ]
    while waiting:
        name, before, last = waiting.pop()
        if before is None:
            lines.append(f"{name}\n")
            indent = ""
        else:
            lines.append(f"{before}+- {name}\n")
            indent = before + ("  " if last else "| ")
        below = list(document.children(name))
        if below:
            lines.append(f"{indent}  |\n")
        elif last:
            lines.append(f"{indent}\n")
        end = len(below) - 1
        waiting += [
            (child, indent + "  ", place == end)
            for place, child in reversed(list(enumerate(below)))
        ]
    return "".join(lines)
