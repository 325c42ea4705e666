"""Long jobs of a domain: progress on standard error, and Ctrl-C that aborts the job."""

from __future__ import annotations

from vsh.api.job import Job, Progress
from vsh.commands._progress import progress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from vsh.api.domain import Domain
    from vsh.cli.session import Session

    Result = TypeVar("Result")

DONE = Progress(0, 1)


def show_progress(session: Session, label: str, progress: Progress) -> None:
    """How far a job is: on a terminal over what was last said, else on a line of its own."""
    text = f"{label}: [{int(progress.percent * 100) / 100:5.2f} %]"
    screen = session.screen
    screen.flush()
    screen.draw_error(f"\r{text}" if screen.err.isatty() else f"{text}\n")


def watched(session: Session, job: Job[Result], label: str, *, verbose: bool) -> Result:
    """Do a job's work and wait for its end, with ``verbose`` telling how far it is; its result.

    People see a bar where it takes longer than a moment, asked for or not, and programs that read
    JSON lines of it.
    """
    from vsh.signals import interruptible

    with interruptible(), progress(session, label) as bar:
        if bar.told or verbose:
            for step in job:
                bar.tick(step.remaining, step.total)
                if verbose and not bar.told:
                    show_progress(session, label, step)
        else:
            job.wait()
    for note in job.notes:
        session.debug(1, note)
    if verbose and not bar.told:
        show_progress(session, label, DONE)
    return job.result


def with_progress(
    session: Session, domain: Domain, work: Callable[[], Result], label: str
) -> Result:
    """A job's work, whose progress is looked at only where somebody is told of it; its result."""
    if not progress(session, label).told:
        return work()
    return watched(session, Job(domain, work), label, verbose=False)
