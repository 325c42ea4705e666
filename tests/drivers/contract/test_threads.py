"""A connection is everybody's: many threads, an event loop's threads, events beside calls."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
import threading
from collections import Counter

import pytest

import vsh
from vsh.errors import Error, NoDomain

THREADS = 20
ROUNDS = 200
LONGEST = 60

FIRST_USE = """
import sys, threading, vsh
sys.setswitchinterval(1e-6)
go = threading.Barrier(20)
bad = []
def work():
    try:
        connection = vsh.connect("test:///default")
        go.wait()
        domain = connection.domain("test")
        domain.get_xml_desc(0)
        domain.get_state()
        connection.get_hostname()
        connection.network_lookup_by_name("default").get_xml_desc(0)
    except BaseException as error:
        bad.append(repr(error))
threads = [threading.Thread(target=work) for _ in range(20)]
for thread in threads: thread.start()
for thread in threads: thread.join()
sys.exit("\\n".join(bad) or None)
"""


def together(work, count=THREADS):
    """Run ``work(number)`` in threads; how often each error came out of it."""
    wrong = Counter()

    def run(number):
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test is about it
            wrong[f"{type(error).__name__}: {error}"] += 1

    threads = [threading.Thread(target=run, args=(n,), daemon=True) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST)
    assert not any(thread.is_alive() for thread in threads), "a thread hangs"
    return wrong


@pytest.fixture
def quick_switches():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def test_each_answer_is_of_its_call(connection, define, quick_switches):
    guests = [define(f"guest-{number}") for number in range(THREADS)]

    def work(number):
        for turn in range(ROUNDS):
            guest = guests[(number + turn) % THREADS]
            assert connection.domain_lookup_by_name(guest.name) == guest
            with pytest.raises(NoDomain):
                connection.domain(f"nope-{number}-{turn}")

    assert together(work) == {}
    assert len(connection.domains()) == 1 + THREADS


def test_pipelines_and_single_calls_side_by_side(connection, define, quick_switches):
    guests = [define(f"guest-{number}") for number in range(20)]

    def work(number):
        for _ in range(20):
            if number % 2:
                with connection.pipeline() as calls:
                    answers = [calls(connection.domain_lookup_by_name, one.name) for one in guests]
                assert [answer.value.name for answer in answers] == [one.name for one in guests]
            else:
                assert guests[number].get_info().state == 5
                assert f"<name>{guests[number].name}</name>" in guests[number].get_xml_desc(0)

    assert together(work) == {}


def test_threads_of_an_event_loop(connection, domain):
    async def ask():
        asked = (asyncio.to_thread(connection.domain, domain.name) for _ in range(8))
        return await asyncio.gather(*asked)

    assert asyncio.run(ask()) == [domain] * 8


def test_events_in_one_thread_and_calls_in_others(world, connection, define):
    starts = 2 if world.real else 40
    guest = define("told")
    registered = connection.domain_event_callback_register_any(0, guest)
    seen = []

    # one that runs says that its CPUs do, and who ended it
    life = [4, 2, 6, 5] if world.real else [2, 5]

    def listen():
        while len(seen) < len(life) * starts and (event := connection.next_event(LONGEST)):
            seen.append((event.callback, event.domain.name, event.event))

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()

    def work(number):
        for _ in range(starts if number == 0 else 40):
            if number == 0:
                guest.create()
                guest.destroy()
            else:
                connection.domain("told").get_state()

    assert together(work, 8) == {}
    listener.join(LONGEST)
    assert seen == [(registered, "told", event) for event in life] * starts


def test_closed_under_the_hands_of_others(connection, quick_switches):
    """Whoever calls then gets an answer or libvirt's error; nobody waits for ever."""
    started = threading.Barrier(9)

    def work(number):
        started.wait()
        if number == 0:
            connection.close()
            return
        for _ in range(ROUNDS):
            with contextlib.suppress(Error):
                connection.domains()

    assert together(work, 9) == {}


def test_first_use():
    """The API's classes are put together when they are first needed: by twenty threads at once."""
    for _ in range(5):
        subprocess.run([sys.executable, "-c", FIRST_USE], check=True)


def test_connections_of_one_world(quick_switches):
    with vsh.connect("test:///default") as first:
        guest = first.domain("test")

        def work(_number):
            for _ in range(ROUNDS):
                with vsh.connect("test:///default") as own:
                    assert own.domain("test") == guest

        assert together(work) == {}
