"""Jobs on a domain's disks: bandwidths, waiting for their end, and what is said then."""

from __future__ import annotations

from vsh.cli.params import Argument, Flag, Kind, Option, integer, scale, seconds
from vsh.commands._devices import disk_targets
from vsh.commands.domain._jobs import INTERVAL, show_progress
from vsh.errors import CommandError, Error, failing
from vsh.output.document import Said
from vsh.words.domain.block import DomainBlockJobAbort, DomainBlockJobType
from vsh.words.event import DomainEventBlockJobStatus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document

COMPLETED, READY = DomainEventBlockJobStatus.COMPLETED, DomainEventBlockJobStatus.READY
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
BYTES = Flag("the bandwidth is in bytes/s")


def job_word(kind: int) -> str:
    """What a job of that type is called."""
    return DomainBlockJobType.word_of(kind, DomainBlockJobType.UNKNOWN.word)


class Waiting:
    """Waiting for a block job: events where the driver has them, else by asking.

    Made before the job is started, so that no event is missed.
    """

    def __init__(
        self,
        session: Session,
        domain: Domain,
        disk: str,
        label: str,
        *,
        verbose: bool,
        timeout: int | None,
        asynchronous: bool,
    ) -> None:
        from vsh.api.event import BlockJob, BlockJob2

        self.session = session
        self.domain = domain
        self.disk = disk
        self.label = label
        self.verbose = verbose
        self.timeout = timeout
        self.abort_flags = DomainBlockJobAbort.ASYNC if asynchronous else 0
        self.callbacks: list[int] = []
        register = domain.connection.domain_event_callback_register_any
        for event in (BlockJob, BlockJob2):  # one tells the source's path, the other the target
            try:
                self.callbacks.append(register(event.id, domain))
            except (AttributeError, Error):
                continue

    def end(self) -> None:
        """Want no more events."""
        for callback in self.callbacks:
            try:
                self.domain.connection.domain_event_callback_deregister_any(callback)
            except Error as error:
                self.session.debug(0, f"block job: {error}")
        self.callbacks = []

    def wait(self) -> int:
        """The status at the job's end.  Ctrl-C and the time-out abort it.  Raises CommandError."""
        from vsh.signals import interruptible

        with interruptible():
            return self._wait()

    def _wait(self) -> int:
        from time import monotonic

        deadline = monotonic() + self.timeout if self.timeout else None
        last = (0, 0)
        retries = 5
        while True:
            try:
                with failing(f"failed to query job for disk {self.disk}"):
                    info = self.domain.get_block_job_info(self.disk, 0)
                status = self._event_status()
                if status is None and len(self.callbacks) < 2:
                    status, retries = self._asked_status(info, retries)
                if status is not None:
                    break
                if self.verbose and (info.cur, info.end) != last:
                    show_progress(self.session, self.label, info.end - info.cur, info.end)
                last = (info.cur, info.end)
                if deadline is not None and monotonic() > deadline:
                    return self._abort()
                self._pause()
            except KeyboardInterrupt:
                return self._abort()
        if self.verbose and status in (COMPLETED, READY):
            show_progress(self.session, self.label, 0, 1)
        return status

    def _asked_status(self, info: Any, retries: int) -> tuple[int | None, int]:
        if not info.found:
            return COMPLETED, retries
        if info.end == info.cur:
            retries -= 1
            if not self.callbacks or not retries:
                return READY, retries
        return None, retries

    def _event_status(self) -> int | None:
        if not self.callbacks:
            return None
        while True:
            event = self.domain.connection.driver.next_event(0)
            if event is None:
                return None
            if self.disk in (getattr(event, "path", None), getattr(event, "dst", None)):
                return int(event.status)

    def _pause(self) -> None:
        from time import sleep

        sleep(INTERVAL)

    def pivot(self) -> Document:
        """Have the guest use the new image."""
        with failing(f"failed to pivot job for disk {self.disk}"):
            self.domain.block_job_abort(self.disk, self.abort_flags | DomainBlockJobAbort.PIVOT)
        return Said("\nSuccessfully pivoted")

    def finish(self, text: str) -> Document:
        """End the job; the guest stays with the old image."""
        with failing(f"failed to finish job for disk {self.disk}"):
            self.domain.block_job_abort(self.disk, self.abort_flags)
        return Said(f"\n{text}")

    def _abort(self) -> int:
        with failing(f"failed to abort job for disk '{self.disk}'"):
            self.domain.block_job_abort(self.disk, self.abort_flags)
        return CANCELED


def finished(waiting: Waiting, what: str, session: Session) -> Iterator[Document]:
    """Wait; say so where the job did not end well, and that is a failure."""
    status = waiting.wait()
    if status in (CANCELED, FAILED):
        session.status = 1
        yield Said(f"\n{what} {'aborted' if status == CANCELED else 'failed'}")


def followed(
    waiting: Waiting, begin: Callable[[], object], what: str, end: Callable[[], Document]
) -> Iterator[Document]:
    """Begin a job and wait for its end; ``end`` is what is done and said if it went well."""
    session = waiting.session
    try:
        begin()
        yield from finished(waiting, what, session)
    finally:
        waiting.end()
    if not session.status:
        yield end()


def check_waiting(end: str, *, blocking: bool, verbose: bool, asynchronous: bool) -> None:
    """Refuse options that mean nothing where the job is only started.  Raises CommandError."""
    for given, option in ((verbose, "--verbose"), (asynchronous, "--async")):
        if given and not blocking:
            raise CommandError(
                f"{option} requires at least one of --timeout, --wait, --pivot, or {end}"
            )
