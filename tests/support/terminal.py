"""A real terminal: a program on a pty, its output read back as the screen that a person sees."""

from __future__ import annotations

import os
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect
import pyte

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = float(os.environ.get("VSH_TEST_PATIENCE", "20"))
"""Seconds that a busy machine may take; a test waits for what it wants to see, never for a time."""


class Terminal:
    """One program on a terminal of ``columns`` and ``rows``.

    raw     all that the program has written
    screen  what stands on the terminal now
    """

    def __init__(
        self,
        command: str,
        argv: list[str],
        *,
        env: dict[str, str],
        cwd: str,
        rows: int,
        columns: int,
    ) -> None:
        self.child = pexpect.spawn(
            command,
            argv,
            cwd=cwd,
            env=env,
            encoding="utf-8",
            codec_errors="surrogateescape",
            dimensions=(rows, columns),
        )
        self.child.delaybeforesend = None
        self.raw = ""
        self._typed = -1
        self._emulator = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._emulator)

    @property
    def screen(self) -> list[str]:
        """The rows of the screen, without the blanks at their ends."""
        return [row.rstrip() for row in self._emulator.display]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.screen).rstrip("\n")

    @property
    def line(self) -> str:
        """What stands before the cursor on its row."""
        cursor = self._emulator.cursor
        return self._emulator.display[cursor.y][: cursor.x]

    @property
    def cooked(self) -> bool:
        """Whether a program waits with the terminal as it was: Ctrl-C is a signal."""
        return bool(termios.tcgetattr(self.child.child_fd)[3] & termios.ISIG)

    @property
    def waiting(self) -> bool:
        """Whether a program has got to where it waits: cooked, and it does nothing for a while.

        Between giving the terminal back and waiting Ctrl-C belongs to the prompt's end.
        """
        if not self.cooked:
            return False
        stat = Path(f"/proc/{self.child.pid}/stat")
        before = stat.read_text().split()[13:15]
        time.sleep(0.2)
        return self.cooked and stat.read_text().split()[13:15] == before

    def type(self, text: str) -> Terminal:
        """Press keys."""
        self._typed = len(self.raw)
        self.child.send(text)
        return self

    def enter(self, text: str) -> Terminal:
        """Type a line, see it, and press Enter."""
        tail = text[-5:].strip()
        if tail:
            self.type(text).until(lambda t: t.line.rstrip().endswith(tail), f"{text!r} typed")
        return self.type("\r")

    def until(self, seen: Callable[[Terminal], bool], what: str) -> Terminal:
        """Read until something is so.  Fails with the screen where it does not come to that."""
        end = time.monotonic() + PATIENCE
        while not seen(self):
            if not self._read() or time.monotonic() > end:
                if seen(self):
                    return self
                raise AssertionError(f"never saw {what}; the screen is\n{self.text}")
        return self

    def wait(self, text: str) -> Terminal:
        """Read until a text stands on the screen; blanks at the end of a row do not count."""
        text = "\n".join(row.rstrip() for row in text.split("\n"))
        return self.until(lambda terminal: text in terminal.text + "\n", repr(text))

    def gone(self, text: str) -> Terminal:
        """Read until a text does not stand on the screen any more."""
        return self.until(lambda terminal: text not in terminal.text, f"no {text!r}")

    def prompt(self, prompt: str = "test # ") -> Terminal:
        """Read until an empty prompt waits at the cursor."""
        return self.until(
            lambda t: t.line == prompt and len(t.raw) > t._typed, f"the prompt {prompt!r}"
        )

    def ended(self) -> int:
        """Read until the program ends; its exit status, or 128 and its signal."""
        self.until(lambda terminal: not terminal._read(), "the end of the program")
        self.child.wait()
        status = self.child.exitstatus
        return 128 + (self.child.signalstatus or 0) if status is None else status

    def look(self, text: str) -> tuple[str, str]:
        """The colours, of letters and of the ground, of a text that stands on the screen."""
        for number, row in enumerate(self._emulator.display):
            place = row.find(text)
            if place >= 0:
                cell = self._emulator.buffer[number][place]
                return cell.fg, cell.bg
        raise AssertionError(f"{text!r} is not on the screen\n{self.text}")

    def looks(self) -> list[list[tuple[str, str, str, bool, bool]]]:
        """Each row in runs of one look: text, colours of letters and ground, bold, reversed."""
        rows = []
        for number in range(self._emulator.lines):
            runs: list[tuple[str, str, str, bool, bool]] = []
            for place in range(self._emulator.columns):
                cell = self._emulator.buffer[number][place]
                look = (cell.fg, cell.bg, cell.bold, cell.reverse)
                if runs and runs[-1][1:] == look:
                    runs[-1] = (runs[-1][0] + cell.data, *look)
                else:
                    runs.append((cell.data, *look))
            rows.append(runs)
        return rows

    def _read(self) -> bool:
        """Feed what has come to the screen; False at the program's end."""
        try:
            part = self.child.read_nonblocking(65536, 0.2)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += part
        self._stream.feed(part)
        return True

    def close(self) -> None:
        """End the program, if it has not ended."""
        self.child.close(force=True)
