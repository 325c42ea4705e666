"""Long work on a domain: how far it is, what gives it up, and what it leaves."""

from __future__ import annotations

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

import vsh
from vsh.api import job as jobs
from vsh.api.job import Job, Progress
from vsh.errors import OperationAborted, OperationFailed, OperationInvalid


class Guest:
    """A guest whose job is at the given steps of (remaining, total) when it is asked."""

    def __init__(self, *steps: tuple[int, int] | None, refuses: bool = False) -> None:
        self.steps = list(steps)
        self.refuses = refuses
        self.asked = threading.Event()
        self.ended = threading.Event()

    def get_job_info(self) -> Any:
        step = self.steps.pop(0) if self.steps else None
        if not self.steps:
            self.asked.set()
        if step is None:
            raise OperationInvalid("no job is active on the domain")
        return SimpleNamespace(dataRemaining=step[0], dataTotal=step[1])

    def abort_job(self) -> None:
        if self.refuses:
            raise OperationInvalid("cannot abort it")
        self.ended.set()

    def work(self) -> str:
        """Waits until all steps were seen."""
        assert self.asked.wait(5)
        return "moved"

    def endless(self) -> None:
        """Waits until it is aborted."""
        assert self.ended.wait(5)
        raise OperationAborted("job: canceled by client")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "INTERVAL", 0.01)


@pytest.mark.parametrize(
    ("remaining", "total", "percent"), [(0, 1, 100.0), (1, 10**6, 99.99), (5, 8, 37.5)]
)
def test_percents(remaining: int, total: int, percent: float) -> None:
    assert Progress(remaining, total).percent == pytest.approx(percent)


def test_progress_and_result() -> None:
    guest = Guest((0, 0), (8, 8), None, (4, 8), (1, 8))
    work = Job(guest, guest.work)
    seen = [progress.percent for progress in work]
    assert seen[:2] == [0.0, 50.0]  # the last step may be over before it is told
    assert work.result == "moved"


def test_what_fails_fails_where_it_is_waited_for() -> None:
    def work() -> None:
        raise OperationFailed("no space")

    with pytest.raises(OperationFailed, match="no space"):
        Job(Guest(), work).wait()


def test_who_leaves_aborts() -> None:
    guest = Guest(*[(8, 8)] * 3)
    going = iter(Job(guest, guest.endless))
    next(going)
    going.close()
    assert guest.ended.is_set()


def test_ctrl_c_aborts_and_the_hypervisor_says_so() -> None:
    guest = Guest(*[(8, 8)] * 9)

    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(OperationAborted, match="canceled by client"):
        Job(guest, guest.endless, interrupt).wait()


def test_what_cannot_be_aborted_says_so() -> None:
    guest = Guest(*[(8, 8)] * 9, refuses=True)

    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(OperationInvalid) as failed:
        Job(guest, guest.endless, interrupt).wait()
    guest.ended.set()
    assert failed.value.__notes__ == ["the job could not be aborted"]


def test_what_fails_beside_the_work_is_noted() -> None:
    guest = Guest((8, 8), (8, 8))

    def look(progress: Progress) -> None:
        raise OperationFailed("not now")

    work = Job(guest, guest.work, look)
    assert work.wait() == "moved"
    assert work.notes
    assert set(work.notes) == {"operation failed: not now"}


def test_on_the_test_driver(tmp_path) -> None:
    with vsh.connect("test:///default") as connection:
        domain = connection.domain("test")
        saving = Job(domain, lambda: domain.save(str(tmp_path / "saved")))
        saving.wait()
        assert not domain.is_active()
        assert (tmp_path / "saved").stat().st_size


@pytest.mark.libvirtd
def test_a_dump_that_is_given_up(libvirtd, tiny_guest, monkeypatch, tmp_path):
    """The job runs in a thread; this one asks over the same connection, and aborts it."""
    monkeypatch.setattr(jobs, "INTERVAL", 0.05)
    tiny_guest("saved", start=True)
    with vsh.connect(libvirtd.uri) as connection:
        domain = connection.domain("saved")
        target = str(tmp_path / "saved.img")
        begin = time.monotonic()
        Job(domain, lambda: domain.save(target)).wait()
        assert time.monotonic() - begin < 20
        assert not domain.is_active()
        connection.domain_restore(target)
        assert domain.is_active()
        domain.destroy()
