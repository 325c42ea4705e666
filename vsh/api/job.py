"""Long jobs of a domain: work that waits for its end, and meanwhile how far it is."""

from __future__ import annotations

from vsh.errors import Error, doing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from threading import Event
    from typing import Generic, Protocol, TypeVar

    from vsh.api.domain.records import JobInfo

    Result = TypeVar("Result")

    class Guest(Protocol):
        """What a job needs to know of its domain."""

        def get_job_info(self) -> JobInfo: ...
        def abort_job(self) -> None: ...

else:

    class Generic:
        """Stands for typing's, which costs more to import than all of this."""

        __slots__ = ()
        __class_getitem__ = classmethod(lambda cls, parameters: cls)

    Result = None

INTERVAL = 0.5
"""Seconds between two looks at a job."""


class Progress:
    """How far a job is: what remains of what total, in bytes or the job's own unit."""

    __slots__ = ("remaining", "total")

    def __init__(self, remaining: int, total: int) -> None:
        self.remaining = remaining
        self.total = total

    @property
    def percent(self) -> float:
        """From 0 to 100; 100 only where nothing remains."""
        if not self.remaining:
            return 100.0
        return min(100.0 - self.remaining * 100.0 / self.total, 99.99)

    def __repr__(self) -> str:
        return f"<progress {self.percent:.2f} %>"


class Job(Generic[Result]):
    """Work on a domain that takes its time; it begins when it is waited for.

        for progress in job:
            print(progress.percent)
        print(job.result)

    An iteration that is left before its end, by Ctrl-C or otherwise, has the job aborted.

    work      a call that begins a job and returns at its end; it is made in a thread of its own,
              while this one asks how far it is, over the same connection
    look      what is done beside, every ``INTERVAL`` seconds with what is known of the job: a time
              limit, the next phase ...
    notes     why something beside the work could not be done
    result    what the work returned, once the iteration is over
    """

    def __init__(
        self,
        domain: Guest,
        work: Callable[[], Result],
        look: Callable[[Progress], None] | None = None,
    ) -> None:
        self.domain = domain
        self.result: Result
        self._work = work
        self._look = look
        self.notes: list[str] = []
        self._error: BaseException | None = None

    def wait(self) -> Result:
        """Do the work; what it returned.  Raises its Error."""
        for _ in self._going_on(asking=self._look is not None):
            pass
        return self.result

    def __iter__(self) -> Iterator[Progress]:
        """How far the work is, as often as that is known.  Raises the work's Error at its end."""
        return self._going_on(asking=True)

    def _going_on(self, *, asking: bool) -> Iterator[Progress]:
        from threading import Event, Thread

        ended = Event()
        thread = Thread(target=self._run, args=(ended,), daemon=True)
        thread.start()
        try:
            while not ended.wait(INTERVAL):
                progress = self._progress() if asking else None
                if progress is not None and not ended.is_set():
                    yield progress
        except BaseException as reason:
            if not ended.is_set():
                with doing("the job could not be aborted"):
                    self.domain.abort_job()
            thread.join()
            if self._error is None or isinstance(reason, GeneratorExit):
                raise
            raise self._error from None  # what the hypervisor says of the end, rather than Ctrl-C
        thread.join()
        if self._error is not None:
            raise self._error

    def _run(self, ended: Event) -> None:
        try:
            self.result = self._work()
        except BaseException as error:  # noqa: BLE001 - raised again where the work is waited for
            self._error = error
        ended.set()

    def _progress(self) -> Progress | None:
        """What the hypervisor knows of the job, None while that is nothing."""
        try:
            info = self.domain.get_job_info()
        except Error:
            return None  # between two of its steps a job may be none
        progress = Progress(info.dataRemaining, info.dataTotal)
        if self._look is not None:
            try:
                self._look(progress)
            except Error as error:
                self.notes.append(str(error))
        return progress if progress.total > 0 else None
