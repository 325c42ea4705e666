"""How far a transfer is: a bar on standard error for a person who waits, nothing for a script."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Self

    from vsh.cli.session import Session


class Progress:
    """A bar while ``with`` lasts, where standard error is a terminal and the format is table.

    total   asks for the number of bytes to come, 0 where that is not known; only a bar asks it
    """

    __slots__ = ("_bar", "_task")

    def __init__(self, session: Session, name: str, total: Callable[[], int]) -> None:
        self._bar: Any = None
        self._task: Any = None
        if session.format == "table" and not session.quiet and session.err.isatty():
            self._bar = _bar(session)
            self._task = self._bar.add_task(name, total=total() or None)

    def moved(self, size: int) -> None:
        """So many bytes more have gone."""
        if self._bar is not None:
            self._bar.advance(self._task, size)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *reason: object) -> None:
        if self._bar is not None:
            self._bar.stop()


def _bar(session: Session) -> Any:
    """A bar that leaves nothing behind."""
    from rich import progress
    from rich.console import Console

    return progress.Progress(
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.DownloadColumn(binary_units=True),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
        console=Console(file=session.err),
        transient=True,
    )
