"""Jobs on a domain's disks: bandwidths, waiting for their end, and what is said then."""

from __future__ import annotations

from vsh.cli.params import Argument, Flag, Kind, Option, integer, scale, seconds
from vsh.commands._devices import disk_targets
from vsh.commands._progress import progress
from vsh.commands.domain._jobs import DONE, show_progress
from vsh.errors import CommandError, Error
from vsh.output.document import Said
from vsh.words.domain.block import DomainBlockJobType
from vsh.words.event import DomainEventBlockJobStatus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.acts.block_job import BlockJob
    from vsh.cli.session import Session
    from vsh.output.document import Document

FAILED, CANCELED = DomainEventBlockJobStatus.FAILED, DomainEventBlockJobStatus.CANCELED
LONG = 2**64 - 1


class Bandwidth:
    """A bandwidth as typed: a number of some unit, or with a suffix a size in bytes."""

    __slots__ = ("number", "scaled")

    def __init__(self, number: int, *, scaled: bool) -> None:
        self.number = number
        self.scaled = scaled

    def value(self, *, bytes: bool) -> int:
        """MiB/s, or with ``bytes`` bytes/s."""
        return self.number >> 20 if self.scaled and not bytes else self.number


def _bandwidth(text: str, name: str) -> Bandwidth:
    number = integer(text, 0, LONG, wrap=True)
    if number is not None:
        return Bandwidth(number, scaled=False)
    refused = CommandError(
        f"Scaled numeric value '{text}' for <--bandwidth> option is malformed or out of range",
        hint="MiB/s, or a size with a suffix: 512K, 10M",
    )
    try:
        return Bandwidth(scale(text), scaled=True)
    except ValueError:
        raise refused from None
    except Error as reason:
        raise refused from reason


bandwidth = Kind("number", _bandwidth)
NO_BANDWIDTH = Bandwidth(0, scaled=False)

DISK = Argument("target or source of the disk", complete=disk_targets)
BANDWIDTH = Option("limit in MiB/s", kind=bandwidth, by_place=True, default=NO_BANDWIDTH)
VERBOSE = Flag("show the progress")
TIMEOUT = Option("abort the job after so many seconds", kind=seconds, by_place=True)
ASYNC = Flag("do not wait until the job is really aborted")
BYTES_HELP = "the bandwidth is in bytes/s"


def job_word(kind: int) -> str:
    """What a job of that type is called."""
    return DomainBlockJobType.word_of(kind, DomainBlockJobType.UNKNOWN.word)


def followed(
    session: Session,
    job: BlockJob,
    label: str,
    what: str,
    end: Callable[[], Document],
    verbose: bool,
) -> Iterator[Document]:
    """Begin a job and wait for its end; ``end`` is what is done and said if it went well.

    label  what the progress is shown with;  what  what is said to be aborted or failed
    """
    from vsh.signals import interruptible

    bar = progress(session, label)
    try:
        with interruptible(), bar:
            for step in job:
                bar.tick(step.remaining, step.total)
                if verbose and not bar.told:
                    show_progress(session, label, step)
    except KeyboardInterrupt:
        pass  # the job says that it was canceled
    if job.status in (CANCELED, FAILED):
        session.status = 1
        yield Said(f"\n{what} {'aborted' if job.status == CANCELED else 'failed'}")
        return
    if verbose and not bar.told:
        show_progress(session, label, DONE)
    yield end()


def pivoted(job: BlockJob) -> Document:
    """Have the guest use the new image."""
    job.pivot()
    return Said("\nSuccessfully pivoted")


def kept(job: BlockJob, text: str) -> Document:
    """End the job; the guest stays with the old image."""
    job.finish()
    return Said(f"\n{text}")


def check_waiting(end: str, *, blocking: bool, verbose: bool, asynchronous: bool) -> None:
    """Refuse options that mean nothing where the job is only started.  Raises CommandError."""
    for given, option in ((verbose, "--verbose"), (asynchronous, "--async")):
        if given and not blocking:
            raise CommandError(
                f"{option} requires at least one of --timeout, --wait, --pivot, or {end}"
            )
