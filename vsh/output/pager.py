"""Output that is longer than the terminal goes through the user's pager.

Rules: what fits is printed as ever; what a command prints while it waits for something (an event, a
progress bar, a question) is never held back.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress

from vsh.output.paint import dumb, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, TextIO

    from vsh.output.screen import Screen

DEFAULT = "less -RFX"


def pager_command(chosen: str | None = None) -> str:
    """The shell command that pages, "" for none: the setting, else $PAGER, else less."""
    if chosen is not None:
        command = chosen
    else:
        command = os.environ.get("PAGER", "")
        if not command:
            command = DEFAULT if _is_there("less") else ""
        elif command == "less":
            command = DEFAULT  # colours, and no page for what fits
    return "" if command in ("off", "none", "cat") else command


def _is_there(program: str) -> bool:
    return any(
        os.access(os.path.join(folder, program), os.X_OK)
        for folder in os.environ.get("PATH", os.defpath).split(os.pathsep)
    )


@contextmanager
def paging(screen: Screen, chosen: object = None) -> Iterator[None]:
    """While this lasts a screen's output is paged, where it is a terminal that can do that.

    chosen  the pager's command line; None takes $PAGER, else less
    """
    command = "" if dumb() else pager_command(None if chosen is None else str(chosen))
    terminal = screen.out
    if not command or not terminal.isatty() or isinstance(terminal, Paged):
        yield
        return
    paged = Paged(terminal, command)
    screen.out = paged  # type: ignore[assignment]
    try:
        yield
    finally:
        screen.out = terminal
        paged.close()


class Paged:
    """A stream that holds a screenful back, and starts the pager when more comes."""

    def __init__(self, terminal: TextIO, command: str) -> None:
        self.terminal = terminal
        self.command = command
        self.encoding = terminal.encoding
        self.errors = terminal.errors
        self._held: list[str] = []
        self._rows = 0
        self._pager: Any = None
        self._direct = False
        self._columns, self._lines = size()

    def isatty(self) -> bool:
        """True: what is written has a terminal's looks."""
        return True

    def fileno(self) -> int:
        """The terminal itself, for who needs it: then nothing is held back any more."""
        self._let_go()
        return self.terminal.fileno()

    def write(self, text: str) -> int:
        """Hold the text, or hand it on."""
        if self._direct:
            return self.terminal.write(text)
        if self._pager is not None:
            self._send(text)
            return len(text)
        self._held.append(text)
        for line in text.split("\n")[:-1]:
            self._rows += 1 + len(line) // max(self._columns, 1) if len(line) > 200 else 1
        if self._rows >= self._lines - 1:
            self._start()
        return len(text)

    def flush(self) -> None:
        """Somebody waits for what was written: it is not held back."""
        if self._pager is None:
            self._let_go()

    def close(self) -> None:
        """The output has ended: print what fitted, or wait for the pager."""
        if self._pager is None:
            self._let_go()
            return
        pager, self._pager = self._pager, None
        with suppress(BrokenPipeError):
            pager.stdin.close()
        while True:
            try:
                pager.wait()
                return
            except KeyboardInterrupt:  # the pager's own key
                continue

    def _let_go(self) -> None:
        if not self._direct:
            self._direct = True
            self.terminal.write("".join(self._held))
            self._held = []
        self.terminal.flush()

    def _start(self) -> None:
        import subprocess

        self.terminal.flush()
        try:
            self._pager = subprocess.Popen(
                ["/bin/sh", "-c", self.command],
                stdin=subprocess.PIPE,
                text=True,
                encoding=self.encoding,
                errors="surrogateescape",
            )
        except OSError:
            self._let_go()
            return
        held, self._held = self._held, []
        self._send("".join(held))

    def _send(self, text: str) -> None:
        try:
            self._pager.stdin.write(text)
        except BrokenPipeError:  # the reader has seen enough
            return
