"""Jobs: one at a time, what may run beside a long one, how waiting ends."""

from __future__ import annotations

import threading
import time
from _thread import RLock

import pytest

from vsh.drivers.state.jobs import ABORT, DESTROY, MODIFY, QUERY, AsyncJob, Jobs
from vsh.errors import OperationAborted, OperationInvalid, OperationTimeout

OWNER = "remoteDispatchDomainSave"


@pytest.fixture
def jobs():
    return Jobs(RLock())


def save(**more):
    return AsyncJob(3, "domain save job", OWNER, **more)


def test_one_at_a_time(jobs):
    done = []

    def act(name):
        with jobs.lock:
            jobs.begin(MODIFY)
            done.append(f"{name} begins")
        time.sleep(0.02)  # the lock is not held while the monitor answers
        with jobs.lock:
            done.append(f"{name} ends")
            jobs.end()

    threads = [threading.Thread(target=act, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(done) == 8
    assert all(one[0] == other[0] for one, other in zip(done[::2], done[1::2], strict=True))


def test_waiting_ends_with_who_is_in_the_way(jobs):
    with jobs.lock:
        jobs.begin(MODIFY, "remoteDispatchDomainCreate")
        with pytest.raises(OperationTimeout) as caught:
            jobs.begin(QUERY, wait=0.05)
        assert caught.value.message == (
            "Timed out during operation: cannot acquire state change lock "
            "(held by monitor=remoteDispatchDomainCreate)"
        )
        jobs.end()
        jobs.begin(QUERY)


def test_beside_a_long_job_only_what_it_allows(jobs):
    with jobs.lock:
        jobs.begin_long(save())
        for kind in (QUERY, DESTROY, ABORT):
            jobs.begin(kind)
            jobs.end()
        with pytest.raises(OperationTimeout, match=rf"held by monitor={OWNER}\)"):
            jobs.begin(MODIFY, wait=0.05)
        with pytest.raises(OperationTimeout, match=rf"held by monitor={OWNER}\)"):
            jobs.begin_long(save(), wait=0.05)
        jobs.end_long()
        jobs.begin_long(save(allowed=frozenset((MODIFY,))))
        jobs.begin(MODIFY)
        jobs.end()


def test_a_long_job_is_told_to_stop(jobs):
    with jobs.lock:
        with pytest.raises(OperationInvalid, match="no job is active on the domain"):
            jobs.abort()
        job = save()
        jobs.begin_long(job)
        job.go_on()
        job.progress = {"memory_total": 5}
        assert jobs.long.progress == {"memory_total": 5}
        jobs.abort()
        with pytest.raises(OperationAborted) as caught:
            job.go_on()
        assert caught.value.message == "operation aborted: domain save job: canceled by client"
        jobs.end_long()
        assert jobs.long is None


def test_who_waits_begins_when_the_long_job_ends(jobs):
    begun = threading.Event()
    with jobs.lock:
        jobs.begin_long(save())

    def wait():
        with jobs.lock:
            jobs.begin(MODIFY)
            begun.set()

    threading.Thread(target=wait, daemon=True).start()
    assert not begun.wait(0.05)
    with jobs.lock:
        jobs.end_long()
    assert begun.wait(10)
