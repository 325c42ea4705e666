"""The bar of a long job, on standard error, for people: there after a moment, gone at the end."""

from __future__ import annotations

from time import monotonic

from vsh.output.paint import paint_for, size
from vsh.output.units import duration
from vsh.output.units import size as bytes_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.output.screen import Screen

PATIENCE = 0.5
"""Seconds that a job may take before a bar is worth its place."""
WIDE = 24


class Bar:
    """The bar of one job; without a terminal it is never seen."""

    def __init__(self, screen: Screen, label: str) -> None:
        self._screen = screen
        self._label = label
        self._begun = monotonic()
        self._shown = False
        self._seen = screen.err.isatty()

    def tick(self, remaining: int, total: int) -> None:
        """So much remains of so many bytes."""
        passed = monotonic() - self._begun
        if not self._seen or passed < PATIENCE:
            return
        self._shown = True
        self._screen.draw_error("\r" + self._text(remaining, total, passed) + "\x1b[K")

    def end(self) -> None:
        """The job is over: its row is free again."""
        if self._shown:
            self._screen.draw_error("\r\x1b[K")

    def _text(self, remaining: int, total: int, passed: float) -> str:
        paint = paint_for(self._screen.err)
        if not total:
            return f"{self._label}  {duration(int(passed))}"
        part = 1 - remaining / total
        full = min(WIDE, int(part * WIDE))
        bar = paint("green", "━" * full) + paint("dim", "─" * (WIDE - full))
        encoding = (getattr(self._screen.err, "encoding", None) or "ascii").lower()
        if not encoding.startswith("utf"):
            bar = "#" * full + "." * (WIDE - full)
        amount = f"{bytes_text(total - remaining)} of {bytes_text(total)}"
        text = f"  {part * 100:3.0f} %  {amount}  {duration(int(passed))}"
        room = size()[0] - len(self._label) - WIDE - 4
        return f"{self._label}  {bar}{text[:room]}"
