"""Several waiters for the events of one connection: each sees all of its own."""

from __future__ import annotations

import threading
import time

import pytest

import vsh
from vsh.api.event import Lifecycle


@pytest.fixture
def connection():
    with vsh.connect("test:///default") as connection:
        yield connection


def suspend_and_resume(connection: vsh.Connection, times: int) -> None:
    domain = connection.domain("test")
    for _ in range(times):
        domain.suspend()
        domain.resume()


def test_two_watches_see_all_events(connection):
    with connection.watch("lifecycle", timeout=0.1) as one:
        with connection.watch("lifecycle", timeout=0.1) as other:
            suspend_and_resume(connection, 10)
            assert [len(list(one)), len(list(other))] == [20, 20]
            suspend_and_resume(connection, 1)
            assert [len(list(other)), len(list(one))] == [2, 2]
        suspend_and_resume(connection, 1)
        assert len(list(one)) == 2


def test_two_iterations_in_turn(connection):
    one, other = (connection.events("lifecycle", timeout=0.1) for _ in range(2))
    with connection.watch("lifecycle", timeout=0) as begun:
        suspend_and_resume(connection, 1)
        assert len(list(begun)) == 2
    assert list(one) == list(other) == []  # registered when they begin


def test_kinds_families_and_objects_are_told_apart(connection):
    domain, network = connection.domain("test"), connection.network_lookup_by_name("default")
    with (
        connection.watch("lifecycle", of=domain, timeout=0) as domains,
        connection.watch("lifecycle", family="network", of=network, timeout=0) as networks,
        connection.watch("reboot", timeout=0) as reboots,
    ):
        network.destroy()
        domain.suspend()
        assert [type(event) for event in domains] == [Lifecycle]
        assert [event.network.name for event in networks] == ["default"]
        assert list(reboots) == []


def test_a_registration_without_a_watch(connection):
    """What was registered by the call itself comes from ``next_event``, watches or not."""
    number = connection.domain_event_callback_register_any(Lifecycle.id)
    with connection.watch("lifecycle", timeout=0) as watch:
        suspend_and_resume(connection, 1)
        assert [event.callback for event in iter(lambda: connection.next_event(0), None)] == [
            number,
            number,
        ]
        assert len(list(watch)) == 2
    suspend_and_resume(connection, 1)
    connection.domain_event_callback_deregister_any(number)
    assert connection.next_event(0) is None


def test_what_comes_for_a_closed_watch_is_for_nobody(connection):
    watch = connection.watch("lifecycle", timeout=0)
    suspend_and_resume(connection, 1)
    assert watch.close()
    assert watch.close()
    assert connection.next_event(0) is None
    assert list(watch) == []


def count_in_threads(connection: vsh.Connection, waiters: int, times: int) -> list[int]:
    watches = [connection.watch("lifecycle", timeout=2) for _ in range(waiters)]
    counts = [0] * waiters

    def count(position: int) -> None:
        for _ in watches[position]:
            counts[position] += 1
            if counts[position] == 2 * times:
                return

    threads = [threading.Thread(target=count, args=(number,)) for number in range(waiters)]
    for thread in threads:
        thread.start()
    suspend_and_resume(connection, times)
    for thread in threads:
        thread.join()
    assert all(watch.close() for watch in watches)
    return counts


def test_many_waiters_in_threads(connection):
    assert count_in_threads(connection, 8, 50) == [100] * 8


@pytest.mark.libvirtd
def test_many_waiters_on_a_daemon(libvirtd, tiny_guest):
    """Calls in one thread, watches in four others, on one connection."""
    with vsh.connect(libvirtd.uri) as connection:
        domain = connection.domain_create_xml(tiny_guest("watched", define=False).file.read_text())
        watches = [connection.watch("lifecycle", of=domain, timeout=0.5) for _ in range(2)]
        for _ in range(5):
            domain.suspend()
            domain.resume()
        assert [len(list(watch)) for watch in watches] == [10, 10]
        for watch in watches:
            watch.close()
        found: list[int] = []

        def count() -> None:
            with connection.watch("lifecycle", of=domain, timeout=2) as watch:
                ready.release()
                found.append(sum(1 for _, event in zip(range(10), watch, strict=False)))

        ready = threading.Semaphore(0)
        threads = [threading.Thread(target=count) for _ in range(4)]
        for thread in threads:
            thread.start()
        for _ in threads:
            ready.acquire()
        for _ in range(5):
            domain.suspend()
            domain.resume()
        for thread in threads:
            thread.join()
        domain.destroy()
        assert found == [10] * 4


def test_a_wait_ends_in_time(connection):
    with connection.watch("lifecycle") as watch:
        begin = time.monotonic()
        assert watch.next(0.2) is None
        assert 0.2 <= time.monotonic() - begin < 10
