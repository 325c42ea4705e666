"""Long jobs of a domain: progress on standard error, and Ctrl-C that aborts the job."""

from __future__ import annotations

from vsh.api.job import Progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from vsh.api.job import Job
    from vsh.cli.session import Session
    from vsh.output.bar import Bar

    Result = TypeVar("Result")

DONE = Progress(0, 1)


def show_progress(session: Session, label: str, progress: Progress) -> None:
    """How far a job is: on a terminal over what was last said, else on a line of its own."""
    text = f"{label}: [{int(progress.percent * 100) / 100:5.2f} %]"
    screen = session.screen
    screen.flush()
    screen.draw_error(f"\r{text}" if screen.err.isatty() else f"{text}\n")


def bar_of(session: Session, label: str) -> Bar | None:
    """The bar of a job, where a person looks at standard error."""
    if not session.people or not session.screen.err.isatty():
        return None
    from vsh.output.bar import Bar

    return Bar(session.screen, label)


def watched(session: Session, job: Job[Result], label: str, *, verbose: bool) -> Result:
    """Do a job's work and wait for its end, with ``verbose`` telling how far it is; its result.

    People see a bar where it takes longer than a moment, asked for or not.
    """
    from vsh.signals import interruptible

    bar = bar_of(session, label)
    with interruptible():
        if bar is not None:
            try:
                for progress in job:
                    bar.tick(progress.remaining, progress.total)
            finally:
                bar.end()
        elif verbose:
            for progress in job:
                show_progress(session, label, progress)
        else:
            job.wait()
    for note in job.notes:
        session.debug(1, note)
    if verbose and bar is None:
        show_progress(session, label, DONE)
    return job.result
