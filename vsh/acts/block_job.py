"""Jobs on a domain's disks: begun, waited for, and what is done at their end."""

from __future__ import annotations

from vsh.api.job import INTERVAL, Progress
from vsh.errors import NoSupport, doing
from vsh.words.domain.block import DomainBlockJobAbort
from vsh.words.event import DomainEventBlockJobStatus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.api.domain import Domain
    from vsh.api.domain.records import BlockJobInfo
    from vsh.api.event import Event
    from vsh.api.listening import Watch

COMPLETED, READY = DomainEventBlockJobStatus.COMPLETED, DomainEventBlockJobStatus.READY
CANCELED = DomainEventBlockJobStatus.CANCELED
RETRIES = 5
"""How often both sides must be seen equal before they count as that, where events could tell."""


class BlockJob:
    """A job on a disk, until it has ended or both sides are the same.

        job = BlockJob(domain, "vda", lambda: domain.block_commit("vda", None, None, 0, ACTIVE))
        for progress in job:
            print(progress.percent)
        if job.status == DomainEventBlockJobStatus.READY:
            job.pivot()

    An iteration that is left before its end, by Ctrl-C or otherwise, has the job aborted.

    begin         what starts the job, made once its events are listened for; None: it runs already
    timeout       seconds after which the job is aborted; None waits for ever
    asynchronous  do not wait until an abort is through
    status        how it ended (``DomainEventBlockJobStatus``), once the iteration is over
    """

    def __init__(
        self,
        domain: Domain,
        disk: str,
        begin: Callable[[], object] | None = None,
        *,
        timeout: float | None = None,
        asynchronous: bool = False,
    ) -> None:
        self.domain = domain
        self.disk = disk
        self.timeout = timeout
        self.status: int | None = None
        self._begin = begin
        self._abort_flags = DomainBlockJobAbort.ASYNC if asynchronous else 0

    def wait(self) -> int:
        """Begin the job and wait for its end; its status.  Raises the hypervisor's Error."""
        for _ in self:
            pass
        assert self.status is not None
        return self.status

    def __iter__(self) -> Iterator[Progress]:
        """How far the job is, whenever that is more than before."""
        watch = self._watch()
        try:
            if self._begin is not None:
                self._begin()
            try:
                yield from self._follow(watch)
            except (KeyboardInterrupt, GeneratorExit):
                self.abort()
                raise
        finally:
            if watch is not None:
                watch.close()

    def pivot(self) -> None:
        """Have the guest use the new image."""
        with doing(f"failed to pivot job for disk {self.disk}"):
            self.domain.block_job_abort(self.disk, self._abort_flags | DomainBlockJobAbort.PIVOT)

    def finish(self) -> None:
        """End the job; the guest stays with the old image."""
        with doing(f"failed to finish job for disk {self.disk}"):
            self.domain.block_job_abort(self.disk, self._abort_flags)

    def abort(self) -> None:
        """End the job before its time."""
        with doing(f"failed to abort job for disk '{self.disk}'"):
            self.domain.block_job_abort(self.disk, self._abort_flags)
        self.status = CANCELED

    def _watch(self) -> Watch[Event] | None:
        """The domain's events of block jobs, None where the hypervisor has none.

        One kind tells the source's path, the other the target.
        """
        try:
            return self.domain.connection.watch("block-job", "block-job-2", of=self.domain)
        except NoSupport:
            return None

    def _follow(self, watch: Watch[Event] | None) -> Iterator[Progress]:
        from time import monotonic

        deadline = monotonic() + self.timeout if self.timeout else None
        last = (0, 0)
        equal = 0
        while True:
            with doing(f"failed to query job for disk {self.disk}"):
                info = self.domain.get_block_job_info(self.disk, 0)
            status = self._told(watch, 0)
            if status is None:
                equal += info.found and info.end == info.cur
                status = self._seen(info, equal, watch)
            if status is not None:
                self.status = status
                return
            if (info.cur, info.end) != last:
                last = (info.cur, info.end)
                yield Progress(info.end - info.cur, info.end)
            if deadline is not None and monotonic() > deadline:
                self.abort()
                return
            status = self._told(watch, INTERVAL)
            if status is not None:
                self.status = status
                return

    def _seen(self, info: BlockJobInfo, equal: int, watch: Watch[Event] | None) -> int | None:
        """The status as the numbers of the job say it, None while it goes on."""
        if not info.found:
            return COMPLETED
        if equal and (watch is None or equal >= RETRIES):
            return READY
        return None

    def _told(self, watch: Watch[Event] | None, timeout: float) -> int | None:
        """The status as an event within so many seconds says it, None if none does."""
        from time import monotonic, sleep

        if watch is None:
            sleep(timeout)
            return None
        end = monotonic() + timeout
        while (event := watch.next(max(0.0, end - monotonic()))) is not None:
            if self.disk in (getattr(event, "path", None), getattr(event, "dst", None)):
                status: int = getattr(event, "status", 0)
                return status
        return None
