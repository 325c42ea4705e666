"""Jobs that take their time, on a domain that only takes notes."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest

from vsh.cli.session import Session
from vsh.commands.domain import _block_jobs
from vsh.commands.domain._block_jobs import (
    CANCELED,
    COMPLETED,
    NO_BANDWIDTH,
    READY,
    Waiting,
    bandwidth,
    check_waiting,
    finished,
    followed,
    job_word,
)
from vsh.commands.domain._jobs import show_progress, watched
from vsh.errors import CommandError, InvalidArgument, NoSupport, OperationFailed


@pytest.fixture
def session() -> Session:
    made = Session()
    made.screen.out, made.screen.err = io.StringIO(), io.StringIO()
    return made


class Domain:
    """A domain whose block job goes through the given steps of (cur, end); None is no job."""

    name = "guest"

    def __init__(self, *steps: tuple[int, int] | type[KeyboardInterrupt] | None) -> None:
        self.steps = list(steps)
        self.aborted: list[tuple[Any, ...]] = []
        self.events: list[Any] = []
        self.connection = SimpleNamespace(
            driver=SimpleNamespace(keeps_alive=False, next_event=self._next),
            domain_event_callback_register_any=self._register,
            domain_event_callback_deregister_any=lambda number: None,
        )

    def _register(self, kind: int, domain: Any) -> int:
        if not self.events:
            raise NoSupport("virConnectDomainEventRegisterAny")
        return kind

    def _next(self, timeout: float) -> Any:
        return self.events.pop(0) if self.events else None

    def get_block_job_info(self, disk: str, flags: int) -> Any:
        step = self.steps.pop(0)
        if step is KeyboardInterrupt:
            raise KeyboardInterrupt
        cur, end = step or (0, 0)
        return SimpleNamespace(found=int(step is not None), type=1, cur=cur, end=end, bandwidth=0)

    def block_job_abort(self, disk: str, flags: int) -> None:
        self.aborted.append((disk, flags))

    def abort_job(self) -> None:
        self.aborted.append(("job",))


def waiting(session: Session, domain: Domain, **options: Any) -> Waiting:
    settings = {"verbose": True, "timeout": None, "asynchronous": False} | options
    return Waiting(session, domain, "vda", "Block Pull", **settings)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_block_jobs, "INTERVAL", 0)


def test_until_the_job_is_gone(session: Session) -> None:
    assert waiting(session, Domain((0, 10), (5, 10), (5, 10), None)).wait() == COMPLETED
    assert session.screen.err.getvalue() == (
        "Block Pull: [ 0.00 %]\nBlock Pull: [50.00 %]\nBlock Pull: [100.00 %]\n"
    )


def test_until_both_sides_are_the_same(session: Session) -> None:
    assert waiting(session, Domain((5, 10), (10, 10)), verbose=False).wait() == READY
    assert session.screen.err.getvalue() == ""


def test_events_say_when(session: Session) -> None:
    domain = Domain((10, 10), (10, 10), (10, 10))
    domain.events = [SimpleNamespace(dst="vdb", status=1), SimpleNamespace(dst="vda", status=READY)]
    wait = waiting(session, domain)
    assert wait.callbacks == [8, 16]
    assert wait.wait() == READY
    wait.end()
    assert wait.callbacks == []


def test_ctrl_c_aborts(session: Session) -> None:
    domain = Domain((1, 10), KeyboardInterrupt)
    assert waiting(session, domain, asynchronous=True).wait() == CANCELED
    assert domain.aborted == [("vda", 1)]
    documents = list(finished(waiting(session, Domain(KeyboardInterrupt)), "Pull", session))
    assert [document.text() for document in documents] == ["\nPull aborted"]
    assert session.status == 1


def test_the_time_out_aborts(session: Session) -> None:
    domain = Domain(*[(1, 10)] * 3)
    wait = waiting(session, domain, timeout=1e-9)
    assert wait.wait() == CANCELED
    assert domain.aborted == [("vda", 0)]


def test_pivot_and_finish(session: Session) -> None:
    domain = Domain()
    assert waiting(session, domain).pivot().text() == "\nSuccessfully pivoted"
    assert waiting(session, domain).finish("Done").text() == "\nDone"
    assert domain.aborted == [("vda", 2), ("vda", 0)]


def test_a_job_is_begun_once_it_is_waited_for(session: Session) -> None:
    domain = Domain((1, 10), None)
    wait = waiting(session, domain)
    begun: list[list[int]] = []
    domain.events = []
    documents = list(
        followed(wait, lambda: begun.append(wait.callbacks), "Pull", lambda: wait.finish("Kept"))
    )
    assert [document.text() for document in documents] == ["\nKept"]
    assert len(begun) == 1
    assert domain.aborted == [("vda", 0)]


def test_after_a_job_that_was_given_up_nothing_is_done(session: Session) -> None:
    wait = waiting(session, Domain(KeyboardInterrupt))
    documents = list(followed(wait, lambda: None, "Pull", wait.pivot))
    assert [document.text() for document in documents] == ["\nPull aborted"]
    assert session.status == 1


@pytest.mark.parametrize(
    ("text", "in_bytes", "value"),
    [
        (None, False, 0),
        ("5", False, 5),
        ("5M", False, 5),
        ("5M", True, 5 << 20),
        ("-1", True, 2**64 - 1),
    ],
)
def test_bandwidths(text: str | None, in_bytes: bool, value: int) -> None:
    given = NO_BANDWIDTH if text is None else bandwidth.convert(text, "bandwidth")
    assert given.value(bytes=in_bytes) == value


def test_what_is_no_bandwidth() -> None:
    for text in ("", "x", "-x", "9" * 30):
        with pytest.raises(CommandError, match=r"Scaled numeric value .* for <--bandwidth>"):
            bandwidth.convert(text, "bandwidth")
    with pytest.raises(CommandError) as refused:
        bandwidth.convert("5x", "bandwidth")
    assert isinstance(refused.value.__cause__, InvalidArgument)


def test_options_of_a_wait() -> None:
    check_waiting("--finish", blocking=True, verbose=True, asynchronous=True)
    with pytest.raises(CommandError, match="--verbose requires at least one of"):
        check_waiting("--finish", blocking=False, verbose=True, asynchronous=False)
    with pytest.raises(CommandError, match=r"--async requires .* or --finish"):
        check_waiting("--finish", blocking=False, verbose=False, asynchronous=True)


def test_words_of_jobs() -> None:
    assert job_word(3) == "Block Commit"
    assert job_word(99) == "Unknown job"


@pytest.mark.parametrize(
    ("remaining", "total", "text"), [(0, 1, "100.00"), (1, 10**6, "99.99"), (5, 8, "37.50")]
)
def test_progress(session: Session, remaining: int, total: int, text: str) -> None:
    show_progress(session, "Save", remaining, total)
    assert session.screen.err.getvalue() == f"Save: [{text} %]\n"


def test_a_job_is_aborted_by_ctrl_c(session: Session) -> None:
    domain = Domain()

    def work() -> None:
        raise KeyboardInterrupt

    with pytest.raises(CommandError, match="operation aborted"):
        watched(session, domain, work, "Save", verbose=False)
    assert domain.aborted == [("job",)]


def test_a_job_that_fails(session: Session) -> None:
    def work() -> None:
        raise OperationFailed("no space")

    with pytest.raises(OperationFailed):
        watched(session, Domain(), work, "Save", verbose=True)
    assert session.screen.err.getvalue() == ""
    assert watched(session, Domain(), lambda: 5, "Save", verbose=True) == 5
    assert session.screen.err.getvalue() == "Save: [100.00 %]\n"
