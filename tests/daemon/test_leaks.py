"""What is over leaves nothing: objects of the process are counted after some lives, and after more.

Of a daemon and its clients in this process, and of real guests.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections import Counter
from types import FrameType
from typing import TYPE_CHECKING

import pytest
from tiny_guest import TinyGuest

import vsh
from vsh.api.stream import Stream
from vsh.daemon.client import Client
from vsh.daemon.opening import Opener
from vsh.daemon.server import Server
from vsh.drivers.driver import Embedded
from vsh.drivers.part import Part
from vsh.drivers.qemu import happenings, watcher
from vsh.errors import Error, InternalError, NoDomain
from vsh.qmp.message import Event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOISE = 40
"""Objects of one type that may come to be by themselves: caches of the interpreter."""


def kept(life: Callable[[], None], few: int, noise: int = NOISE) -> dict[str, int]:
    """Of which types there are more objects after four times as many lives, and how many."""

    def count(lives: int) -> Counter[str]:
        for _ in range(lives):
            life()
        gc.collect()
        return Counter(type(each).__name__ for each in gc.get_objects())

    count(few)  # what is made once
    before = count(few)
    grown = {name: more for name, more in (count(3 * few) - before).items() if more > noise}
    grown.pop("ReferenceType", None)  # sqlite3 keeps up to 200 to cursors that are gone
    return grown


@pytest.fixture
def uri(tmp_path: Path) -> Iterator[str]:
    """A daemon's, in this process."""
    server = Server(Opener(str(tmp_path / "root")))
    server.doors.listen_unix(f"{tmp_path}/sock", "rw")
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"{{}}+unix://{{}}?socket={tmp_path}/sock"
    server.stop()
    thread.join()


def test_clients_and_what_they_ask(uri: str, tmp_path: Path) -> None:
    """Connections, calls, calls that fail, registrations, streams and their ends."""
    place = tmp_path / "pool"
    place.mkdir()
    with vsh.connect(uri.format("test", "/default")), vsh.connect(uri.format("qemu", "/system")):

        def life() -> None:
            with vsh.connect(uri.format("qemu", "/system")) as connection:
                with pytest.raises(NoDomain):
                    connection.domain_lookup_by_name("nobody")
                with pytest.raises(Error):
                    connection.domain_define_xml("<domain/>")
                with connection.watch("lifecycle", timeout=0):
                    connection.get_capabilities()
                pool = connection.storage_pool_define_xml(
                    f"<pool type='dir'><name>p</name><target><path>{place}</path></target></pool>"
                )
                pool.create()
                volume = pool.vol_create_xml(
                    "<volume><name>v</name><capacity unit='KiB'>64</capacity></volume>"
                )
                stream = Stream(connection)
                volume.download(stream, 0, 0)
                while stream.receive():
                    continue
                stream.finish()
                volume.delete()
                pool.destroy()
                pool.undefine()

        assert kept(life, 20) == {}


def test_domains_of_the_test_driver(uri: str) -> None:
    xml = (
        "<domain type='test'><name>x</name><memory>1024</memory><os><type>hvm</type></os></domain>"
    )
    with vsh.connect(uri.format("test", "/default")) as connection:

        def life() -> None:
            domain = connection.domain_define_xml(xml)
            domain.create()
            domain.snapshot_create_xml("<domainsnapshot/>")
            domain.destroy()
            domain.undefine_flags(2)

        assert kept(life, 20) == {}


def test_guests(tmp_path: Path) -> None:
    """Each with a job of its own, an event, and its end."""
    guest = TinyGuest(tmp_path, "guest")
    with vsh.connect(f"qemu:///embed?root={tmp_path}/root") as connection:

        def life() -> None:
            domain = connection.domain_define_xml(guest.xml)
            domain.create()
            with connection.watch("lifecycle", timeout=0):
                domain.suspend()
            domain.managed_save()
            domain.undefine_flags(1)

        assert kept(life, 2, noise=5) == {}


def test_a_guest_of_which_nothing_can_be_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread that hears all guests says so, and looks again: none is ever left unheard."""
    said: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda words: said.append(words.exc_value))
    guest = TinyGuest(tmp_path, "guest")
    with vsh.connect(f"qemu:///embed?root={tmp_path}/root") as connection:
        hypervisor = connection.driver.hypervisor
        well, failures = hypervisor.digest, [InternalError("no room"), InternalError("no room")]

        def digest(thing: object) -> None:
            if threading.current_thread().name == "qemu-watcher" and failures:
                raise failures.pop()
            well(thing)

        domain = connection.domain_define_xml(guest.xml)
        domain.create()
        monkeypatch.setattr(hypervisor, "digest", digest)
        monkeypatch.setattr(watcher, "PAUSE", 0.01)
        hypervisor.watch()
        with connection.watch("lifecycle", timeout=30) as events:
            os.kill(hypervisor.guests.named("guest").run.process.pid, signal.SIGKILL)
            assert [each.event for _, each in zip(range(1), events, strict=False)] == [5]
    assert {str(each) for each in said} == {"internal error: no room"}


def test_a_happening_that_cannot_be_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours in one: the thread says so, and follows those behind it."""
    said: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda words: said.append(words.exc_value))
    monkeypatch.setattr(watcher, "PAUSE", 0.01)
    guest = TinyGuest(tmp_path, "guest")
    fault = KeyError("actual")

    def fails(*_words: object) -> None:
        raise fault

    with vsh.connect(f"qemu:///embed?root={tmp_path}/root") as connection:
        domain = connection.domain_define_xml(guest.xml)
        domain.create()
        hypervisor = connection.driver.hypervisor
        monkeypatch.setitem(happenings._ACTS, "RTC_CHANGE", fails)
        thing = hypervisor.guests.named("guest")
        with thing:
            hypervisor.watch()
            thing.run.monitor.events += [
                Event("RTC_CHANGE", {}, 0, 0),
                Event("SHUTDOWN", {"guest": True, "reason": "guest-shutdown"}, 0, 0),
            ]
            os.kill(thing.run.process.pid, signal.SIGKILL)
        until = time.monotonic() + 30
        while thing.run is not None:
            assert time.monotonic() < until
            time.sleep(0.01)
        assert said == [fault]
        state = domain.get_state()
        assert (state.state, state.reason) == (5, 1)  # that it shut down stood behind


def test_what_is_over_goes_by_itself(uri: str) -> None:
    """Nothing of a client, its connection and its refused calls waits for the collector of
    circles: they would have grown the daemon's memory by as much as comes between two rounds."""

    def life() -> None:
        for driver, path in (("qemu", "/system"), ("test", "/default")):
            with vsh.connect(uri.format(driver, path)) as connection:
                connection.list_all_domains()
                for wrong in (
                    lambda at=connection: at.domain_lookup_by_name("nobody"),
                    lambda at=connection: at.domain_lookup_by_id(4711),
                    lambda at=connection: at.domain_define_xml("<domain/>"),
                ):
                    with pytest.raises(Error):
                        wrong()
                with connection.watch("lifecycle", timeout=0):
                    connection.get_capabilities()

    def ours() -> list[object]:
        frames = {"_answer", "_make", "_work"}
        return [
            each
            for each in gc.garbage
            if isinstance(each, Client | Embedded | Part)
            or (isinstance(each, FrameType) and each.f_code.co_name in frames)
        ]

    def clients() -> list[Client]:
        return [each for each in gc.get_objects() if isinstance(each, Client)]

    life()  # what is made once
    gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        for _ in range(3):
            life()
        until = time.monotonic() + 30
        while not all(each.gone and each.connection is None for each in clients()):
            assert time.monotonic() < until, clients()
            time.sleep(0.02)
        gc.collect()
        assert ours() == []
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
