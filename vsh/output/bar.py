"""How far a long job is, on standard error: a bar for people, one line of JSON now and then for
programs; there after a moment, the bar gone at the end.

A thread of its own draws: whoever works may wait for an answer meanwhile, and says how far it is
when it knows.
"""

from __future__ import annotations

from _thread import allocate_lock, start_new_thread
from time import monotonic

from vsh.output.paint import paint_for, size
from vsh.output.units import duration
from vsh.output.units import size as bytes_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from vsh.output.screen import Screen

PATIENCE = 0.5
"""Seconds that a job may take before a bar is worth its place."""
TICK = 0.25
"""Seconds between two drawings of a bar."""
LINE = 1.0
"""Seconds between two lines for programs."""
WIDE = 24


class Silent:
    """The bar of a job that nobody is told of.

    told  whether somebody is told how far it is
    """

    told = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.end()

    def tick(self, remaining: int, total: int) -> None:
        """So much remains of so many bytes."""

    def end(self) -> None:
        """The job is over."""


class Bar(Silent):
    """The bar of one job for people; without a terminal it is never seen."""

    interval = TICK

    def __init__(self, screen: Screen, label: str) -> None:
        self._screen = screen
        self._label = label
        self._begun = monotonic()
        self._shown = False
        self._known = (0, 0)
        self._running = False
        self._going = allocate_lock()
        self._drawing = allocate_lock()
        self.told = self._heard()

    def __enter__(self) -> Self:
        if self.told:
            self._going.acquire()
            self._drawing.acquire()
            self._running = True
            start_new_thread(self._draw_on, ())
        return self

    def tick(self, remaining: int, total: int) -> None:
        self._known = (remaining, total)

    def end(self) -> None:
        """The job is over: its row is free again."""
        if self._running:
            self._running = False
            self._going.release()
            with self._drawing:  # it has drawn for the last time
                pass
        if self._shown:
            self._shown = False
            self._gone()

    def draw(self) -> None:
        """Show how far it is, unless it is too early for that."""
        passed = monotonic() - self._begun
        if not self.told or passed < PATIENCE:
            return
        self._shown = True
        remaining, total = self._known
        self._show(remaining, total, passed)

    def _draw_on(self) -> None:
        try:
            wait = PATIENCE
            while not self._going.acquire(timeout=wait):
                self.draw()
                wait = self.interval
        finally:
            self._drawing.release()

    def _heard(self) -> bool:
        return self._screen.err.isatty()

    def _gone(self) -> None:
        self._screen.draw_error("\r\x1b[K")

    def _show(self, remaining: int, total: int, passed: float) -> None:
        self._screen.draw_error("\r" + self._text(remaining, total, passed) + "\x1b[K")

    def _text(self, remaining: int, total: int, passed: float) -> str:
        if not total:
            return f"{self._label}  {duration(int(passed))}"
        paint = paint_for(self._screen.err)
        part = 1 - remaining / total
        full = max(0, min(WIDE, int(part * WIDE)))
        bar = paint("green", "━" * full) + paint("dim", "─" * (WIDE - full))
        encoding = (getattr(self._screen.err, "encoding", None) or "ascii").lower()
        if not encoding.startswith("utf"):
            bar = "#" * full + "." * (WIDE - full)
        done = max(0, total - remaining)
        amount = f"{bytes_text(done)} of {bytes_text(total)}"
        rate = f"{bytes_text(round(done / passed))}/s" if passed else ""
        text = f"  {part * 100:3.0f} %  {amount}  {rate}  {duration(int(passed))}"
        room = max(0, size()[0] - len(self._label) - WIDE - 4)
        return f"{self._label}  {bar}{text[:room]}"


class Told(Bar):
    """Lines of JSON for programs: {"progress": {"command": "save", "percent": 25.0, ...}}."""

    interval = LINE

    def _heard(self) -> bool:
        return True

    def _gone(self) -> None:
        """What was said stands."""

    def _show(self, remaining: int, total: int, passed: float) -> None:
        from vsh.output.json import encoded

        known = bool(total)
        facts = {
            "command": self._screen.command or None,
            "percent": round(100 - remaining * 100 / total, 2) if known else None,
            "data_processed_bytes": max(0, total - remaining) if known else None,
            "data_total_bytes": total if known else None,
            "time_elapsed_ns": int(passed * 10**9),
        }
        self._screen.draw_error(encoded({"progress": facts}) + "\n")
