"""The place that an error is about: a line of what was typed or read, with carets below the part
that is meant."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.output.paint import Paint

LEAD = "where: "


class Place:
    """A part of a line.

    row         the line, without its newline
    start, end  the columns of the part, the second behind it
    label       where the line stands: "web1.xml:3"; "" for the command line
    """

    __slots__ = ("end", "label", "row", "start")

    def __init__(self, row: str, start: int, end: int, label: str = "") -> None:
        blank = len(row) - len(row.lstrip())
        self.row = row.strip().replace("\t", " ")
        # behind the end, after a blank, is where something is missing
        self.start = max(0, min(start - blank, len(self.row) + 1))
        self.end = max(self.start + 1, min(end - blank, len(self.row)))
        self.label = label

    def make_printable(self, safe: Callable[[str], str]) -> None:
        """Show the line as a terminal may have it; the part stays the part."""
        before, part = safe(self.row[: self.start]), safe(self.row[self.start : self.end])
        missing = max(0, self.start - len(self.row))
        length = max(1, len(part))
        self.row = before + part + safe(self.row[self.end :])
        self.start = len(before) + missing
        self.end = self.start + length
        self.label = safe(self.label)

    def drawn(self, paint: Paint, columns: int, width: Callable[[str], int]) -> str:
        """The lines that show it, on a terminal of so many columns.

        width  ``width(text)``: how many columns a text takes
        """
        row, start, end = self._cut(max(20, columns - len(LEAD) - 1))
        beyond = max(0, start - len(row))
        carets = " " * (width(row[:start]) + beyond) + "^" * max(1, width(row[start:end]))
        indent = " " * len(LEAD)
        head = f"{paint('cyan', LEAD)}{self.label}\n{indent}" if self.label else paint("cyan", LEAD)
        return f"{head}{row}\n{indent}{paint('bold red', carets)}\n"

    def _cut(self, room: int) -> tuple[str, int, int]:
        """The row as far as it fits, and where the part is in that."""
        if len(self.row) <= room:
            return self.row, self.start, self.end
        first = max(0, min(self.start - room // 3, len(self.row) - room))
        row = self.row[first : first + room]
        if first:
            row = "..." + row[3:]
        return row, max(self.start - first, 0), min(self.end - first, len(row))
