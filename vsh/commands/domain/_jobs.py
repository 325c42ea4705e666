"""Long jobs of a domain: progress on standard error, time-outs, and Ctrl-C that aborts the job."""

from __future__ import annotations

from vsh.errors import CommandError, Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.cli.session import Session

INTERVAL = 0.5


def show_progress(session: Session, label: str, remaining: int, total: int) -> None:
    """How far a job is: on a terminal over what was last said, else on a line of its own."""
    percent = 100.0
    if remaining:
        percent = min(100.0 - remaining * 100.0 / total, 99.99)
    text = f"{label}: [{int(percent * 100) / 100:5.2f} %]"
    screen = session.screen
    screen.flush()
    screen.draw_error(f"\r{text}" if screen.err.isatty() else f"{text}\n")


def watched(
    session: Session,
    domain: Domain,
    work: Callable[[], object],
    label: str,
    *,
    verbose: bool,
    timeout: int = 0,
    on_timeout: Callable[[Any], Any] | None = None,
    on_poll: Callable[[Any], bool] | None = None,
) -> object:
    """Do ``work``, which starts a job and waits for its end; what it returns.

    Ctrl-C aborts the job.  A watcher with a connection of its own shows the progress, and calls
    ``on_timeout`` with its own handle of the domain after ``timeout`` seconds of the job, and
    ``on_poll`` every half second until that says True.
    """
    from vsh.signals import interruptible

    watcher = None
    if (verbose or timeout or on_poll) and domain.connection.driver.keeps_alive:
        watcher = _Watcher(
            session,
            domain,
            label,
            verbose=verbose,
            timeout=timeout,
            on_timeout=on_timeout,
            on_poll=on_poll,
        )
    try:
        with interruptible():
            result = work()
    except KeyboardInterrupt:
        try:
            domain.abort_job()
        except Error as error:
            raise CommandError("the job could not be aborted") from error
        raise CommandError("operation aborted: canceled by client") from None
    finally:
        if watcher is not None:
            watcher.stop()
    if verbose:
        show_progress(session, label, 0, 1)
    return result


class _Watcher:
    """A thread that asks about the job every half second, over a connection of its own."""

    def __init__(
        self,
        session: Session,
        domain: Domain,
        label: str,
        *,
        verbose: bool,
        timeout: int,
        on_timeout: Callable[[object], object] | None,
        on_poll: Callable[[object], bool] | None,
    ) -> None:
        from threading import Event, Thread

        self.session = session
        self.label = label
        self.verbose = verbose
        self.timeout = timeout
        self.on_timeout = on_timeout
        self.on_poll = on_poll
        self.uuid = domain.uuid
        self.ended = Event()
        self.thread = Thread(target=self._run, daemon=True)
        self.thread.start()

    def stop(self) -> None:
        """The job is over."""
        self.ended.set()
        self.thread.join(2 * INTERVAL)

    def _run(self) -> None:
        import vsh

        try:
            with vsh.connect(self.session.uri) as connection:
                self._watch(connection.domain_lookup_by_uuid(self.uuid))
        except Error as error:
            self.session.debug(0, f"watching the job: {error}")

    def _watch(self, domain: Domain) -> None:
        from time import monotonic

        deadline = None
        while not self.ended.wait(INTERVAL):
            try:
                if self.on_poll is not None and self.on_poll(domain):
                    self.on_poll = None
                info = domain.get_job_info()
            except Error:
                continue
            if self.verbose and info.dataTotal > 0 and not self.ended.is_set():
                show_progress(self.session, self.label, info.dataRemaining, info.dataTotal)
            if not self.timeout or self.on_timeout is None or info.dataTotal <= 0:
                continue
            if deadline is None:
                deadline = monotonic() + self.timeout
            elif monotonic() >= deadline:
                self._time_is_up(domain)

    def _time_is_up(self, domain: Domain) -> None:
        assert self.on_timeout is not None
        self.timeout = 0
        try:
            self.on_timeout(domain)
        except Error as error:
            self.session.debug(1, f"after the time-out: {error}")
