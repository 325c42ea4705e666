"""The data files of this package: words in lines; an indented line goes on with the one above."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def lines(name: str) -> Iterator[list[str]]:
    """The words of each line of a data file, with those of the indented lines below it."""
    path = os.path.join(os.path.dirname(__file__), f"{name}.txt")
    words: list[str] = []
    with open(path, encoding="ascii") as file:
        for line in file:
            if line[0] == " ":
                words += line.split()
            elif line[0] not in "#\n":
                if words:
                    yield words
                words = line.split()
    if words:
        yield words
