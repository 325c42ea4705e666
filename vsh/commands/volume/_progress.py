"""How far a transfer is: a bar on standard error for a person who waits, nothing for a script."""

from __future__ import annotations

from vsh.output.screen import Writer, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from rich.progress import Progress

    from vsh.cli.session import Session


def follow(session: Session, name: str, transfer: Iterator[int], total: Callable[[], int]) -> None:
    """Run a transfer to its end, behind a bar where standard error is a terminal and the format
    is table.

    total   asks for the number of bytes to come, 0 where that is not known; only a bar asks it
    """
    if session.format != "table" or session.quiet or not session.screen.err.isatty():
        for _ in transfer:
            pass
        return
    size = next(transfer, 0)  # what fails at once needs no bar
    with _bar(session) as bar:
        task = bar.add_task(harmless(name), total=total() or None, completed=size)
        for size in transfer:
            bar.advance(task, size)


def _bar(session: Session) -> Progress:
    """A bar that leaves nothing behind."""
    from rich import progress
    from rich.console import Console

    file: Any = Writer(session.screen.err, session.screen.draw_error)
    return progress.Progress(
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.DownloadColumn(binary_units=True),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
        console=Console(file=file),
        transient=True,
    )
