"""The commands of standard input, one after the other, and what is known of the next."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

KIND, FILE, PIPE = 0o170000, 0o100000, 0o010000
"""Of what a file is: ``stat`` has these names, and is more than a start needs."""


class Script:
    """Commands of a line each, or of several lines that end in a backslash.

    A command may be looked at before it is its turn, but never waited for: whoever writes the
    script may wait for the answer to the one before.
    """

    def __init__(self, source: TextIO) -> None:
        self._source = source
        self._next: str | None = None
        self._whole = False

    def __iter__(self) -> Iterator[str]:
        while text := self._take():
            if text.strip():
                yield text

    def following(self) -> str:
        """The command that comes next; "" where there is none, or it would have to be waited for.

        It is still to come.
        """
        if self._next is None and self._is_whole():
            self._next = self._read()
            while self._next and not self._next.strip():
                self._next = self._read()
        return self._next or ""

    def _take(self) -> str:
        text, self._next = self._next, None
        return self._read() if text is None else text

    def _read(self) -> str:
        """The next command with its end of line; "" at the end."""
        text = ""
        for line in self._source:
            text += line
            if not continues(text):
                break
        return text

    def _is_whole(self) -> bool:
        """Whether all of it has been written: it is a file, or a pipe that nobody writes to."""
        if not self._whole:
            try:
                number = self._source.fileno()
                kind = os.fstat(number).st_mode & KIND
            except (OSError, ValueError):
                return False
            self._whole = kind == FILE or (kind == PIPE and _has_no_writer(number))
        return self._whole


def _has_no_writer(number: int) -> bool:
    from select import POLLHUP, poll

    looking = poll()
    looking.register(number, 0)
    return any(event & POLLHUP for _, event in looking.poll(0))


def continues(text: str) -> bool:
    """Whether a line ends in a backslash that is not itself quoted by one."""
    if not text.endswith("\\\n"):
        return False
    body = text.removesuffix("\n")
    return (len(body) - len(body.rstrip("\\"))) % 2 == 1
