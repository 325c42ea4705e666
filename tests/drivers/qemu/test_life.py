"""The whole life of a real guest: begun, found again, killed, cut off, told of."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.drivers.host import log_files
from vsh.drivers.qemu.domain import lifecycle
from vsh.drivers.state.locks import Aside
from vsh.errors import Error, NoDomain, OperationFailed, OperationInvalid, SystemFailure
from vsh.words.domain.state import DomainRunningReason, DomainState

if TYPE_CHECKING:
    from collections.abc import Callable

    from tiny_guest import TinyGuest

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain


def state(domain: Domain) -> tuple[int, int]:
    found = domain.get_state()
    return found.state, found.reason


def wait(condition: Callable[[], bool], seconds: float = 10) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def qemu_of(connection: Connection, name: str) -> int:
    """The process of a guest's QEMU."""
    guest = connection.driver.hypervisor.guests.named(name)
    assert guest.run is not None
    pid: int = guest.run.process.pid
    return pid


def test_a_whole_life(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    assert state(domain) == (DomainState.SHUTOFF, 0)
    domain.create()
    assert state(domain) == (DomainState.RUNNING, 1)
    tiny.wait_for()
    assert "<alias name='virtio-disk0'/>" in domain.get_xml_desc()
    assert "<alias" not in domain.get_xml_desc(2)
    domain.suspend()
    assert state(domain) == (DomainState.PAUSED, 1)
    domain.resume()
    assert state(domain) == (DomainState.RUNNING, 5)
    domain.shutdown()
    tiny.wait_for("vsh guest power button")
    wait(lambda: state(domain) == (DomainState.SHUTOFF, 1))
    domain.undefine()
    with pytest.raises(NoDomain):
        domain.get_state()


def test_it_outlives_its_opener(root: str, tiny: TinyGuest) -> None:
    """A guest runs on when the connection is closed; the next opener has it, and its changes."""
    with vsh.connect(root) as connection:
        connection.domain_define_xml(tiny.xml).create()
        pid = qemu_of(connection, "tiny")
    tiny.wait_for()
    with vsh.connect(root) as connection:
        domain = connection.domain_lookup_by_name("tiny")
        assert state(domain) == (DomainState.RUNNING, 1)
        assert qemu_of(connection, "tiny") == pid
        assert domain.id == 1
        domain.suspend()
    with vsh.connect(root) as connection:
        assert state(connection.domain_lookup_by_name("tiny")) == (DomainState.PAUSED, 1)


def test_powered_off_while_nobody_looked(root: str, tiny: TinyGuest) -> None:
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        domain.create()
        tiny.wait_for()
        domain.shutdown()
    tiny.wait_for("vsh guest power button")
    time.sleep(0.3)
    with vsh.connect(root) as connection:
        domain = connection.domain_lookup_by_name("tiny")
        assert state(domain) == (DomainState.SHUTOFF, 1)
        domain.create()
        assert state(domain) == (DomainState.RUNNING, 1)


def test_its_qemu_is_killed(root: str, tiny: TinyGuest) -> None:
    """Seen by who is there, and by who comes later."""
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        domain.create()
        os.kill(qemu_of(connection, "tiny"), signal.SIGKILL)
        wait(lambda: state(domain) == (DomainState.SHUTOFF, 3))
        domain.create()
        pid = qemu_of(connection, "tiny")
    os.kill(pid, signal.SIGKILL)
    with vsh.connect(root) as connection:
        domain = connection.domain_lookup_by_name("tiny")
        assert state(domain) == (DomainState.SHUTOFF, 3)


def test_a_transient_guest_is_forgotten(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_create_xml(tiny.xml, 1)
    assert state(domain) == (DomainState.PAUSED, 1)
    assert domain.get_xml_desc().startswith("<domain type='qemu' id='1'>")
    domain.destroy()
    assert connection.list_all_domains() == []


def test_what_qemu_refuses_is_said(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(
        tiny.xml.replace("</devices>", "<parallel type='pty'/></devices>")
    )
    tiny.disks[0].write_bytes(b"no image")
    with pytest.raises(Error, match="process exited while connecting to monitor") as caught:
        domain.create()
    assert "char device redirected" not in str(caught.value)
    assert "Image is not in qcow2 format" in str(caught.value)
    assert state(domain)[0] == DomainState.SHUTOFF
    tiny.disks[0].unlink()
    with pytest.raises(SystemFailure, match="Cannot access storage file"):
        domain.create()
    assert state(domain)[0] == DomainState.SHUTOFF
    assert domain.is_persistent()


def test_errors_of_the_wrong_moment(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    for act in (domain.suspend, domain.resume, domain.shutdown, domain.destroy):
        with pytest.raises(OperationInvalid, match="domain is not running"):
            act()
    domain.create()
    with pytest.raises(OperationInvalid, match="domain is already running"):
        domain.create()
    other = tiny.xml.replace("<domain type='qemu'>", "<domain type='qemu'><uuid>"
                             "11111111-1111-4111-8111-111111111111</uuid>")  # fmt: skip
    with pytest.raises(OperationFailed, match="domain 'tiny' already exists with uuid"):
        connection.domain_define_xml(other)


def test_renamed_and_started_with_its_host(root: str, tiny: TinyGuest) -> None:
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        domain.set_autostart(1)
        with connection.watch("lifecycle", timeout=0) as watch:
            domain.rename("other")
            told = [(each.domain.name, each.event, each.detail) for each in watch]
        assert told == [("tiny", 1, 1), ("other", 0, 2)]  # undefined and defined, renamed
    with vsh.connect(root) as connection:
        [domain] = connection.list_all_domains()
        assert domain.name == "other"
        assert domain.get_autostart() == 1
        assert "<name>other</name>" in domain.get_xml_desc()


def test_events(connection: Connection, tiny: TinyGuest) -> None:
    """Everything that happens is told, in order, whoever did it."""
    domain = connection.domain_define_xml(tiny.xml)
    with connection.watch("lifecycle", timeout=5) as watch:
        domain.create()
        tiny.wait_for()
        domain.suspend()
        domain.resume()
        domain.shutdown()
        found = [(event.event, event.detail) for _, event in zip(range(6), watch, strict=False)]
    # its CPUs let go, started booted, suspended, resumed, shut down by the guest, stopped
    assert found == [(4, 0), (2, 0), (3, 0), (4, 0), (6, 1), (5, 0)]


def test_events_of_a_snapshot_and_of_the_end(connection: Connection, tiny: TinyGuest) -> None:
    """As a libvirtd tells them (watched with 9.0.0 and 12.8.0)."""
    domain = connection.domain_define_xml(tiny.xml)
    domain.create_with_flags(1)
    domain.snapshot_create_xml("<domainsnapshot><name>s</name></domainsnapshot>")
    snapshot = domain.snapshot_lookup_by_name("s")
    with connection.watch("lifecycle", timeout=5) as watch:
        snapshot.revert_to_snapshot()
        domain.destroy()
        found = [(event.event, event.detail) for _, event in zip(range(6), watch, strict=False)]
    # stopped, started and suspended from the snapshot, defined; shut down by the host, destroyed
    assert found == [(5, 6), (2, 3), (3, 5), (0, 3), (6, 2), (5, 1)]


def test_many_at_once(connection: Connection, tmp_path: Path) -> None:
    """Guests that are started and stopped by several threads on one connection."""
    import threading

    from tiny_guest import TinyGuest

    guests = [TinyGuest(tmp_path, f"g{number}") for number in range(6)]
    wrong: list[BaseException] = []

    def live(guest: TinyGuest) -> None:
        try:
            domain = connection.domain_define_xml(guest.xml)
            domain.create()
            guest.wait_for(seconds=30)
            connection.list_all_domains()
            domain.destroy()
            domain.undefine()
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the test's failure
            wrong.append(error)

    threads = [threading.Thread(target=live, args=(guest,)) for guest in guests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert connection.list_all_domains() == []


def test_a_guest_that_ends_with_its_connection(root: str, tiny: TinyGuest) -> None:
    """It ends when who started it closes; after a kill, when the root is opened the next time."""
    with vsh.connect(root) as connection:
        domain = connection.domain_define_xml(tiny.xml)
        with vsh.connect(root) as other:
            other.domain_lookup_by_name("tiny").create_with_flags(2)
            assert domain.is_active()
        assert tuple(domain.get_state()) == (5, 2)  # off: destroyed
    program = (
        "import os, sys, vsh\n"
        "connection = vsh.connect(sys.argv[1])\n"
        "connection.domain_lookup_by_name('tiny').create_with_flags(2)\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, root], check=False)
    assert done.returncode == -signal.SIGKILL
    with vsh.connect(root) as connection:
        assert tuple(connection.domain_lookup_by_name("tiny").get_state()) == (5, 2)


PANIC = b"\xba\x05\x05\xb0\x01\xee\xf4"
"""Machine code: out 0x505, 1 (the port of pvpanic); hlt."""


@pytest.mark.parametrize("action", ["destroy", "preserve", "coredump-destroy"])
def test_a_guest_that_panics(
    connection: Connection, tiny: TinyGuest, tmp_path: Path, action: str
) -> None:
    image = tmp_path / "panics.raw"
    image.write_bytes(PANIC.ljust(510, b"\0") + b"\x55\xaa" + bytes(1 << 20))
    document = tiny.xml.replace(str(tiny.disks[0]), str(image)).replace("'qcow2'", "'raw'")
    document = document.replace("</devices>", "<panic model='isa'/></devices>").replace(
        "<devices>", f"<on_crash>{action}</on_crash><devices>"
    )
    domain = connection.domain_define_xml(document)
    domain.create()
    wanted = (DomainState.CRASHED, 1) if action == "preserve" else (DomainState.SHUTOFF, 3)
    wait(lambda: state(domain) == wanted)
    if action == "preserve":
        domain.resume()
        wait(lambda: state(domain) == (DomainState.RUNNING, DomainRunningReason.UNPAUSED))
    dumps = list((tmp_path / "root/dump").iterdir())
    assert len(dumps) == (action == "coredump-destroy")
    for dump in dumps:
        assert dump.read_bytes()[:4] == b"\x7fELF"


def test_a_guest_that_panics_once(connection: Connection, tiny: TinyGuest) -> None:
    """One that is started again after a crash says why it runs."""
    document = tiny.xml.replace("</devices>", "<panic model='isa'/></devices>").replace(
        "<devices>", "<on_crash>restart</on_crash><devices>"
    )
    domain = connection.domain_create_xml(document)
    tiny.wait_for()
    domain.monitor_command("o/b 0x505 1", 1)
    wait(lambda: state(domain) == (DomainState.RUNNING, DomainRunningReason.CRASHED))


def test_a_guest_that_somebody_waits_for_is_destroyed(
    connection: Connection, tiny: TinyGuest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its QEMU ends first, so that who waits for it lets go; it has been destroyed, not crashed."""
    monkeypatch.setattr(lifecycle, "_MOMENT", 0.01)
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    guests = connection.driver.hypervisor.guests
    process = guests.named("tiny").run.process
    held = threading.Event()

    def wait_for_it() -> None:
        with guests.modify(domain) as guest, Aside(guest.lock):
            held.set()
            process.wait(30)

    waiting = threading.Thread(target=wait_for_it)
    waiting.start()
    assert held.wait(30)
    domain.destroy()
    waiting.join()
    assert not process.alive
    assert tuple(domain.get_state()) == (5, 2)


def test_large_logs_are_put_aside(
    connection: Connection, root: str, tiny: TinyGuest, tmp_path: Path
) -> None:
    """As by virtlogd: three are kept, and only what is added to is moved."""
    own = Path(root.partition("root=")[2]) / "log/tiny.log"
    added, begun = tmp_path / "added", tmp_path / "begun"
    log = "<log file='{}' append='{}'/><target "
    document = tiny.xml.replace("<target port='0'/>", f"{log.format(added, 'on')}port='0'/>")
    more = f"<serial type='null'>{log.format(begun, 'off')}port='1'/></serial></devices>"
    domain = connection.domain_define_xml(document.replace("</devices>", more))
    large = b"x" * log_files.LARGEST
    for path in (own, added, begun):
        path.write_bytes(large)
        for number in range(3):
            Path(f"{path}.{number}").write_bytes(b"%d" % number)
    domain.create()
    tiny.wait_for()
    domain.destroy()
    for path in (own, added):
        assert path.stat().st_size < log_files.LARGEST
        kept = [Path(f"{path}.{number}").read_bytes() for number in range(3)]
        assert kept == [large, b"0", b"1"]
    assert begun.stat().st_size == 0
    assert (tmp_path / "begun.0").read_bytes() == b"0"
    assert not Path(f"{own}.3").exists()
