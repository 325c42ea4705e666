"""Jobs on disks: until when they are waited for, and what gives them up."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from slot_driver import SlotDriver

import vsh
from vsh.acts import block_job
from vsh.acts.block_job import CANCELED, COMPLETED, READY, BlockJob
from vsh.api.connection import Connection
from vsh.api.event import by_word
from vsh.errors import NoSupport, OperationFailed
from vsh.words.domain.block import DomainBlockCommit


class Script(SlotDriver):
    """A driver whose block job goes through the given steps of (cur, end); None is no job.

    The test driver has no block jobs, and a real one cannot be halted at a step.
    """

    def __init__(self, *steps: Any, events: Any = ()) -> None:
        super().__init__()
        self.steps = list(steps)
        self.events = list(events)
        self.aborted: list[tuple[str, int]] = []
        self.registered: list[int] = []

    def connect_domain_event_callback_register_any(
        self, connection: Any, event: int, domain: Any
    ) -> int:
        if not self.events:
            raise NoSupport("virConnectDomainEventRegisterAny")
        self.registered.append(event)
        return 100 + event

    def connect_domain_event_callback_deregister_any(self, connection: Any, number: int) -> None:
        self.registered.remove(number - 100)

    def next_event(self, timeout: float | None = None) -> Any:
        return self.events.pop(0) if self.events else None

    def domain_get_block_job_info(self, domain: Any, disk: str, flags: int = 0) -> Any:
        step = self.steps.pop(0)
        if isinstance(step, type):
            raise step("gone")
        cur, end = step or (0, 0)
        return SimpleNamespace(found=int(step is not None), type=1, cur=cur, end=end, bandwidth=0)

    def domain_block_job_abort(self, domain: Any, disk: str, flags: int = 0) -> None:
        self.aborted.append((disk, flags))


def job(driver: Script, **options: Any) -> BlockJob:
    domain = vsh.Domain(Connection(driver, "script:///"), "guest", "0" * 32, 1)
    return BlockJob(domain, "vda", **options)


def told(word: str, disk: str, status: int) -> Any:
    event = by_word("domain", word)(None, disk, 1, status)
    event.callback = 100 + event.id
    return event


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(block_job, "INTERVAL", 0)


def test_until_the_job_is_gone() -> None:
    waiting = job(Script((0, 10), (5, 10), (5, 10), None))
    assert [progress.percent for progress in waiting] == [0.0, 50.0]
    assert waiting.status == COMPLETED


def test_until_both_sides_are_the_same() -> None:
    assert job(Script((5, 10), (10, 10))).wait() == READY


def test_events_say_when() -> None:
    events = [told("block-job-2", "vdb", 1), told("block-job-2", "vda", READY)]
    driver = Script((10, 10), (10, 10), events=events)
    begun: list[list[int]] = []
    waiting = job(driver, begin=lambda: begun.append(list(driver.registered)))
    assert waiting.wait() == READY
    assert begun == [[8, 16]]  # no event of the job is missed
    assert driver.registered == []


@pytest.mark.parametrize(("asynchronous", "flags"), [(False, 0), (True, 1)])
def test_ctrl_c_aborts(asynchronous: bool, flags: int) -> None:
    driver = Script((1, 10), KeyboardInterrupt)
    waiting = job(driver, asynchronous=asynchronous)
    with pytest.raises(KeyboardInterrupt):
        waiting.wait()
    assert driver.aborted == [("vda", flags)]
    assert waiting.status == CANCELED


def test_who_leaves_the_iteration_aborts() -> None:
    driver = Script((1, 10), (2, 10))
    going = iter(job(driver))
    next(going)
    going.close()
    assert driver.aborted == [("vda", 0)]


def test_the_time_out_aborts() -> None:
    driver = Script(*[(1, 10)] * 3)
    assert job(driver, timeout=1e-9).wait() == CANCELED
    assert driver.aborted == [("vda", 0)]


def test_a_job_that_cannot_be_asked_is_an_error_that_says_what_was_done() -> None:
    with pytest.raises(OperationFailed) as failed:
        job(Script(OperationFailed)).wait()
    assert failed.value.__notes__ == ["failed to query job for disk vda"]


def test_pivot_and_finish() -> None:
    driver = Script()
    job(driver).pivot()
    job(driver).finish()
    assert driver.aborted == [("vda", 2), ("vda", 0)]


@pytest.mark.libvirtd
def test_a_commit_for_a_python_program(libvirtd, tiny_guest, monkeypatch):
    monkeypatch.setattr(block_job, "INTERVAL", 0.5)
    tiny_guest("committed", start=True)
    with vsh.connect(libvirtd.uri) as connection:
        domain = connection.domain("committed")
        libvirtd.virsh("snapshot-create-as", "committed", "s", "--disk-only", "--no-metadata")
        disk = domain.xml.disks[0].target
        active = DomainBlockCommit.ACTIVE
        commit = BlockJob(domain, disk, lambda: domain.block_commit(disk, None, None, 0, active))
        assert commit.wait() == READY
        commit.pivot()
        assert not domain.get_block_job_info(disk, 0).found
        assert connection.next_event(0) is None
        domain.destroy()
