"""Where everything goes that a person or a program reads: standard output, standard error, the log.

Rules:
- names and documents come from machines and files that may not mean well: whatever a terminal
  would obey is taken out of them here, on its way to one, and only there; what vsh itself tells a
  terminal goes by ``draw``;
- output that cannot be written is said once and is an exit status of 1: what the commands did stays
  done, and the rest of them is carried out;
- a reader that has left ends the program as it ends any other: by SIGPIPE.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from vsh.output.place import Place

LEVELS = ("DEBUG", "INFO", "NOTICE", "WARNING", "ERROR")
DEBUG, INFO, NOTICE, WARNING, ERROR = range(5)

_harmless: dict[int, str] = {}


def obeyed() -> list[int]:
    """The characters that a terminal would obey, or that make a text look like another: controls
    but for newline and tab, turns of the direction of writing, tags, and bytes that are no UTF-8.
    """
    controls = (*range(9), *range(11, 32), *range(127, 160))
    turns = (0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    return [*controls, *turns, 0x2028, 0x2029, *range(0xE0000, 0xE0080), *range(0xD800, 0xE000)]


def harmless(text: str) -> str:
    """Text of any length without what is ``obeyed``."""
    if text.isprintable():
        return text
    if not _harmless:
        _harmless.update(dict.fromkeys(obeyed(), "\N{REPLACEMENT CHARACTER}"))
    if "\r\n" in text:
        text = text.replace("\r\n", "\n")
    return text.translate(_harmless)


class Screen:
    """The output of one session.

    program      the name that the log gives the program
    quiet        leave out what is not asked for;  header  print the headings of listings
    debug_level  from which level on debug messages are shown
    theme        the colours of XML: "auto", "dark", "light", "none"
    printed      whether something that has to stand apart was printed since the last line
    command      the name of the command that runs, for formats that tell it
    results      what the commands of a chain gave so far, where it is to be one document
    place        what the error that is told next is about, where that is known, for people
    rows         the lines of documents, by their places, that problems are about
    failed       why standard output could not be written, or None
    """

    __slots__ = (
        "command",
        "debug_level",
        "err",
        "failed",
        "header",
        "printed",
        "program",
        "quiet",
        "results",
        "theme",
        "_log",
        "_out",
        "_terminal",
        "place",
        "rows",
    )

    def __init__(self, program: str = "vsh") -> None:
        self.program = program
        self.quiet = False
        self.header = True
        self.debug_level = ERROR
        self.out = sys.stdout
        self.err: TextIO = sys.stderr
        self.printed = False
        self.theme = "auto"
        self.command = ""
        self.results: list[object] | None = None
        self.place: Place | None = None
        self.rows: dict[str, str] = {}
        self.failed: OSError | None = None
        self._log: TextIO | None = None

    # -- standard output ------------------------------------------------------------------------

    @property
    def out(self) -> TextIO:
        """The stream that is standard output here."""
        return self._out

    @out.setter
    def out(self, stream: TextIO) -> None:
        self._out = stream
        self._terminal = stream.isatty()

    def write(self, text: str) -> None:
        """Text to standard output."""
        self.draw(harmless(text) if self._terminal else text)

    def extra(self, text: str) -> None:
        """Text that quiet mode leaves out."""
        if not self.quiet:
            self.write(text)

    def draw(self, text: str) -> None:
        """vsh's own words to standard output, with what they tell a terminal."""
        try:
            self._out.write(text)
        except OSError as error:
            self._cannot_write(error)

    def flush(self) -> None:
        """Hand on what was written: somebody may wait for it."""
        try:
            self._out.flush()
        except OSError as error:
            self._cannot_write(error)

    def _cannot_write(self, error: OSError) -> None:
        if isinstance(error, BrokenPipeError):
            from vsh.signals import broken_pipe

            broken_pipe()
        if self.failed is None:
            self.failed = error
        nowhere(self.out.fileno())

    # -- standard error -------------------------------------------------------------------------

    def complain(self, text: str) -> None:
        """Text to standard error, after what was written to standard output."""
        self.flush()
        self.draw_error(harmless(text) if self.err.isatty() else text)

    def draw_error(self, text: str) -> None:
        """vsh's own words to standard error, with what they tell a terminal."""
        try:
            self.err.write(text)
            self.err.flush()
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                from vsh.signals import broken_pipe

                broken_pipe()
            nowhere(self.err.fileno())  # there is nobody left to tell

    def error(self, message: str) -> None:
        """One error line on standard error, and in the log."""
        self.complain(f"error: {message}\n")
        self.note(ERROR, message)

    def warn(self, message: str, text: str = "") -> None:
        """One warning on standard error, as ``text`` where a format has its own, and in the log."""
        self.complain(text or f"warning: {message}\n")
        self.note(WARNING, message)

    def debug(self, level: int, message: str | None) -> None:
        """A debug message on standard error, if the level asks for it, and in the log."""
        if level >= self.debug_level and message is not None:
            self.complain(f"{message}\n")
            self.note(level, message)

    # -- the log --------------------------------------------------------------------------------

    def open_log(self, path: str) -> None:
        """Append messages to a file from now on; a new one is the user's own.  Raises OSError."""
        self.close_log()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._log = os.fdopen(handle, "a", encoding="utf-8", errors="surrogateescape")

    def note(self, level: int, message: str) -> None:
        """A line in the log, if there is one; a log that cannot be written is given up with an
        error."""
        if self._log is None:
            return
        import time

        stamp = time.strftime("%Y.%m.%d %H:%M:%S")
        try:
            self._log.write(f"[{stamp} {self.program} {os.getpid()}] {LEVELS[level]} {message}\n")
            self._log.flush()
        except OSError:
            nowhere(self._log.fileno())
            self.close_log()
            self.complain("error: failed to write the log file\n")

    def close_log(self) -> None:
        """No log from now on."""
        log, self._log = self._log, None
        if log is not None:
            log.close()


class Writer:
    """One of a screen's streams for a library that writes what it has made itself (rich)."""

    def __init__(self, stream: TextIO, write: Callable[[str], None]) -> None:
        self.stream = stream
        self.encoding = stream.encoding
        self._write = write

    def write(self, text: str) -> int:
        """Hand the text on."""
        self._write(text)
        return len(text)

    def flush(self) -> None:
        """Nothing is held back here."""

    def isatty(self) -> bool:
        """Whether it ends at a terminal."""
        return self.stream.isatty()

    def fileno(self) -> int:
        """The stream's own descriptor."""
        return self.stream.fileno()


def nowhere(handle: int) -> None:
    """Let what is still to be written to a descriptor go nowhere, so that it fails only once."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, handle)
    os.close(null)
