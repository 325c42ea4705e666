"""Eight threads on one connection and on eight: reads, writes and events mixed, nothing torn.

A few seconds here; the whole minute with ``--minutes 1``.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections import Counter

import pytest

import vsh
from vsh.errors import Error

THREADS = 8
GUESTS = 6
SECONDS = 3.0
XML = """<domain type='test'><name>{name}</name><uuid>{uuid}</uuid><title>{title}</title>
<memory unit='KiB'>{memory}</memory><vcpu>2</vcpu><os><type>hvm</type></os></domain>"""

# What may be said to an act that another thread's act has come before; nothing else may.
EXPECTED = (
    "domain is not running",
    "is already running",
    "not running",
    "not paused",
    "Domain not found",
    "already exists",
    "already active",
    "cannot delete inactive domain",
    "is already being started",
    "cannot rename active domain",
    "to itself",
    "no domain snapshot with matching name",
    "Network not found",
    "is still running",
)

# What may follow what in the life of one guest: (event, detail) by event.
DEFINED, UNDEFINED, STARTED, SUSPENDED, RESUMED, STOPPED = range(6)
FOLLOWS = {
    STARTED: (SUSPENDED, STOPPED, DEFINED),
    SUSPENDED: (RESUMED, STOPPED, DEFINED),
    RESUMED: (SUSPENDED, STOPPED, DEFINED),
    STOPPED: (STARTED, DEFINED, UNDEFINED),
}


@pytest.fixture
def seconds(request):
    minutes = request.config.getoption("--minutes")
    return SECONDS if minutes is None else minutes * 60


@pytest.fixture(autouse=True)
def quick_switches():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def uuid(number):
    return f"00000000-0000-4000-8000-{number:012d}"


class Worker(threading.Thread):
    """One thread that does at random what can be done, and counts what it did."""

    def __init__(self, connection, seed, end):
        super().__init__(daemon=True)
        self.connection = connection
        self.random = random.Random(seed)
        self.end = end
        self.done = Counter()
        self.wrong = Counter()

    def run(self):
        while time.monotonic() < self.end:
            act = self.random.choice(ACTS)
            number = self.random.randrange(GUESTS)
            try:
                act(self, number)
                self.done[act.__name__] += 1
            except Error as error:
                if not any(text in str(error) for text in EXPECTED):
                    self.wrong[f"{act.__name__}: {error}"] += 1
            except BaseException as error:  # noqa: BLE001 - whatever it is, it must not be
                self.wrong[f"{act.__name__}: {error!r}"] += 1

    def guest(self, number):
        return self.connection.domain_lookup_by_uuid(uuid(number))

    def start(self, number):
        self.guest(number).create()

    def stop(self, number):
        self.guest(number).destroy()

    def pause(self, number):
        self.guest(number).suspend()

    def go_on(self, number):
        self.guest(number).resume()

    def define(self, number):
        memory = self.random.choice((1024, 2048, 4096))
        text = XML.format(name=f"g{number}", uuid=uuid(number), title=memory, memory=memory)
        self.connection.domain_define_xml(text)

    def come_and_go(self, number):
        """A guest and a network of this thread's own names, from define to undefine."""
        own = self.random.randrange(10**6, 10**9)
        text = XML.format(name=f"own{own}", uuid=uuid(own), title="x", memory=1024)
        guest = self.connection.domain_define_xml(text)
        guest.rename(f"other{own}", 0)
        assert self.connection.domain_lookup_by_name(f"other{own}").uuid == uuid(own)
        guest.undefine()
        network = self.connection.network_define_xml(f"<network><name>n{own}</name></network>")
        network.create()
        network.destroy()
        network.undefine()

    def look(self, number):
        state, reason = self.guest(number).get_state()
        # the two are set together: a guest that is off was shut down, destroyed or never ran
        assert (state, reason) in {(1, 1), (1, 5), (3, 1), (5, 0), (5, 1), (5, 2)}

    def read(self, number):
        text = self.guest(number).get_xml_desc(0)
        title = text.split("<title>")[1].split("</title>")[0]
        assert f"<memory unit='KiB'>{title}</memory>" in text

    def list(self, _number):
        names = [domain.name for domain in self.connection.list_all_domains(0)]
        assert len(names) == len(set(names))

    def snapshot(self, number):
        guest = self.guest(number)
        made = guest.snapshot_create_xml(
            f"<domainsnapshot><name>{id(self)}</name></domainsnapshot>"
        )
        assert made.name in guest.snapshot_list_names(0)
        made.delete()


ACTS = [
    Worker.start,
    Worker.stop,
    Worker.pause,
    Worker.go_on,
    Worker.define,
    Worker.come_and_go,
    Worker.look,
    Worker.read,
    Worker.list,
    Worker.snapshot,
]


def worked(connections, seconds):
    """What the threads did, and that none of it went wrong or hangs."""
    end = time.monotonic() + seconds
    workers = [Worker(each, seed, end) for seed, each in enumerate(connections)]
    for worker in workers:
        worker.start_now()
    for worker in workers:
        worker.join(seconds + 60)
        assert not worker.is_alive(), "a thread hangs"
    assert sum((worker.wrong for worker in workers), Counter()) == {}
    return sum((worker.done for worker in workers), Counter())


Worker.start_now = threading.Thread.start  # its own ``start`` is an act


@pytest.mark.parametrize("shared", [True, False], ids=["one-connection", "eight-connections"])
def test_reads_writes_and_events(shared, seconds):
    with vsh.connect("test:///default") as first:
        for number in range(GUESTS):
            text = XML.format(name=f"g{number}", uuid=uuid(number), title=1024, memory=1024)
            first.domain_define_xml(text)
        told = []
        first.driver.listener.register(
            first, "domain", 0, None, lambda event: told.append((event.domain.uuid, event.event))
        )
        with vsh.connect("test:///default") as queued:
            queued.domain_event_callback_register_any(0, None)
            read = []
            reader = threading.Thread(target=_read_events, args=(queued, read), daemon=True)
            reader.start()
            count = THREADS
            connections = [first] * count
            if not shared:
                connections = [vsh.connect("test:///default") for _ in range(count)]
            done = worked(connections, seconds)
            first.domain("test").destroy()  # the reader's last event
            reader.join(60)
            assert not reader.is_alive()
            if not shared:
                for connection in connections:
                    connection.close()
        assert set(done) == {act.__name__ for act in ACTS}
        events = Counter(event for _, event in told)
        # no event is lost, not by those who are told nor by those who read
        assert events[STARTED] == done["start"]
        assert events[SUSPENDED] == done["pause"]
        assert events[RESUMED] == done["go_on"]
        assert events[STOPPED] == done["stop"] + 1
        assert Counter(told) == Counter(read)
        _check_lives(told)
        _check_lives(read)


def _read_events(connection, found):
    test = connection.domain("test").uuid
    while not found or found[-1][0] != test:
        event = connection.next_event(60)
        assert event is not None
        found.append((event.domain.uuid, event.event))


def _check_lives(events):
    """Of each guest the events are in an order in which they can have happened."""
    state = {}
    for guest, event in events:
        if event in (DEFINED, UNDEFINED):
            continue
        before = state.get(guest)
        assert before is None or event in FOLLOWS[before], (guest, before, event)
        state[guest] = event
