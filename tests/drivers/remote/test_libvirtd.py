"""The driver and a real libvirtd: a guest's life, listings, events, a daemon that is killed."""

from __future__ import annotations

import os
import select
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest

from vsh.api.connection import Connection
from vsh.api.domain import Domain
from vsh.drivers.remote import remote
from vsh.errors import Error, InternalError, NoDomain, NoSupport, OperationDenied, SystemFailure

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.libvirtd

EMPTY = (
    "<domain type='qemu'><name>{}</name><memory>16384</memory>"
    "<os><type arch='x86_64'>hvm</type></os></domain>"
)


@pytest.fixture
def connection(libvirtd) -> Iterator[Connection]:
    with Connection(remote(libvirtd.uri)) as opened:
        yield opened


class Relay:
    """Between a client and the daemon: counts the calls that go through."""

    def __init__(self, path, target) -> None:
        self.calls = 0
        self.path = path
        self.uri = f"qemu+unix:///system?socket={path}"
        self._target = str(target)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        near, _ = self._listener.accept()
        with near, socket.socket(socket.AF_UNIX) as far:
            far.connect(self._target)
            kept = b""
            while True:
                ready, _, _ = select.select([near, far], [], [])
                for end in ready:
                    data = end.recv(1 << 18)
                    if not data:
                        return
                    (far if end is near else near).sendall(data)
                    if end is near:
                        kept = self._count(kept + data)

    def _count(self, data: bytes) -> bytes:
        while len(data) >= 28:
            length, kind = struct.unpack_from(">I12xI", data)
            if len(data) < length:
                break
            self.calls += kind == 0
            data = data[length:]
        return data

    def stop(self) -> None:
        self._thread.join(10)
        self._listener.close()


def test_what_the_daemon_is(connection, libvirtd):
    assert connection.get_type() == "QEMU"
    assert connection.get_uri() == libvirtd.uri
    assert connection.get_hostname() == socket.gethostname()
    assert connection.get_capabilities().startswith("<capabilities>")
    assert connection.node_get_info().cpus == os.cpu_count()
    # numbers and names of the whole: these two ask twice, once for how many there are
    assert {"kernel", "user", "idle"} <= set(connection.node_get_cpu_stats(-1))
    assert "total" in connection.node_get_memory_stats(-1)


def test_errors_are_the_daemons_own(connection, libvirtd):
    with pytest.raises(NoDomain) as caught:
        connection.domain("nope")
    assert str(caught.value) == "Domain not found: no domain with matching name 'nope'"
    assert (caught.value.code, caught.value.domain, caught.value.level) == (42, 10, 2)
    with pytest.raises(Error, match=r"at line 1|1:"):
        connection.domain_define_xml("<domain")
    shown = subprocess.run(
        ["virsh", "-c", libvirtd.uri, "domstate", "nope"], capture_output=True, text=True
    )
    assert shown.stderr.splitlines()[0] == "error: failed to get domain 'nope'"


def test_a_procedure_newer_than_the_daemon(connection):
    connection.domain_define_xml(EMPTY.format("old"))
    call = connection.domain("old").get_autostart_once
    with pytest.raises(NoSupport, match=f"unknown procedure: {call.call.number}"):
        call()
    assert connection.driver.alive


def test_readonly(libvirtd):
    uri = libvirtd.uri_of(readonly=True)
    with Connection(remote(uri, readonly=True)) as connection:
        assert connection.domains() == []
        with pytest.raises(OperationDenied, match="read only access prevents virDomainDefineXML"):
            connection.domain_define_xml(EMPTY.format("x"))
    with Connection(remote(uri)) as connection, pytest.raises(Error, match="read"):
        # the socket itself is read-only, whatever the client says
        connection.domain_define_xml(EMPTY.format("x"))


@pytest.mark.parametrize("scheme", ["test", "lxc", "network", "storage", "nodedev", "secret"])
def test_other_drivers_of_the_daemon(libvirtd, scheme):
    path = "/default" if scheme == "test" else "/system"
    uri = libvirtd.uri_of(scheme, path)
    try:
        driver = remote(uri)
    except Error as error:
        pytest.skip(f"this libvirtd has no {scheme} driver: {error}")
    with Connection(driver) as connection:
        assert connection.get_uri() == uri
        if scheme == "test":
            (domain,) = connection.domains()
            assert domain.name == "test"
            state = tuple(domain.get_state())
            assert state[0] == 1
            assert connection.driver.domain_states([domain] * 3) == [state] * 3


def test_a_guests_life(connection, tiny_guest):
    guest = tiny_guest(define=False)
    domain = connection.domain_define_xml(guest.file.read_text())
    assert (domain.name, domain.id) == (guest.name, -1)
    assert tuple(domain.get_state()) == (5, 0)
    domain.create()
    guest.wait_for()
    assert tuple(domain.get_state()) == (1, 1)
    domain.suspend()
    assert domain.get_state().state == 3
    domain.resume()
    assert domain.get_state().state == 1
    assert list(domain.get_info())[1] == 16384
    assert f"<name>{guest.name}</name>" in domain.get_xml_desc()
    # a text among typed parameters comes only when the client says that it can take it
    assert "numa_nodeset" in domain.get_numa_parameters()
    snapshot = domain.snapshot_create_xml("<domainsnapshot><name>one</name></domainsnapshot>")
    assert [each.name for each in domain.snapshots()] == ["one"]
    document = snapshot.get_xml_desc(1)
    snapshot.delete(2)  # the metadata only
    assert domain.snapshots() == []
    redefined = domain.snapshot_create_xml(document, 1)
    assert redefined == snapshot
    assert redefined.get_xml_desc(1) == document
    redefined.revert_to_snapshot()
    assert domain.get_state().state == 1
    redefined.delete()
    checkpoint = domain.checkpoint_create_xml("<domaincheckpoint><name>c</name></domaincheckpoint>")
    document = checkpoint.get_xml_desc()
    checkpoint.delete(2)
    assert domain.checkpoints() == []
    again = domain.checkpoint_create_xml(document, 1)
    assert [each.name for each in domain.checkpoints()] == ["c"]
    again.delete(2)
    domain.destroy()
    assert tuple(domain.get_state()) == (5, 2)
    domain.undefine()
    with pytest.raises(NoDomain):
        domain.get_state()


def test_events_while_a_guest_starts(connection, tiny_guest):
    callback = connection.domain_event_callback_register_any(0)
    monitor = connection.domain_monitor_event_register()
    guest = tiny_guest(start=True)  # by virsh: somebody else's doing
    seen = []
    while len(seen) < 3:
        event = connection.driver.next_event(10)
        assert event is not None
        if event.family == "domain":
            assert event.callback == callback
            assert event.domain.name == guest.name
            seen.append((event.event, event.detail))
        else:
            assert (event.family, event.callback) == ("monitor", monitor)
    assert seen == [(0, 0), (4, 0), (2, 0)]  # defined, resumed, started
    connection.domain_event_callback_deregister_any(callback)
    connection.domain_monitor_event_deregister(monitor)
    connection.domain(guest.name).destroy()
    while event := connection.driver.next_event(0.2):
        assert event.family == "monitor" or event.event != 5


def test_a_screenshot_comes_over_a_stream(connection, tiny_guest, tmp_path):
    from vsh.api.stream import Stream

    guest = tiny_guest(define=False)
    text = guest.file.read_text().replace(
        "</devices>", "<video><model type='cirrus'/></video></devices>"
    )
    domain = connection.domain_define_xml(text)
    domain.create()
    guest.wait_for()
    stream = Stream(connection)
    kind = domain.screenshot(stream, 0)
    data = b""
    with stream:
        while piece := stream.receive():
            data += piece
    if kind == "image/png":
        assert data.startswith(b"\x89PNG\r\n")
        assert data.endswith(b"IEND\xaeB`\x82")
    else:
        assert kind == "image/x-portable-pixmap"
        assert data.startswith(b"P6\n720 400\n255\n")
        assert len(data) == 15 + 720 * 400 * 3
    stream = Stream(connection)
    domain.screenshot(stream, 0)
    stream.abort()
    assert domain.get_state().state == 1


def test_300_domains_in_few_calls(connection, libvirtd, tmp_path):
    names = [f"d{number:03}" for number in range(300)]
    made = connection.many(
        connection.domain_define_xml.request(EMPTY.format(name)) for name in names
    )
    assert [domain.name for domain in made] == names
    relay = Relay(tmp_path / "relay", libvirtd.socket)
    with Connection(remote(relay.uri)) as counted:
        found, states = counted.driver.domains_and_states(counted, 0)
    relay.stop()
    found = [Domain(connection, *(getattr(each, name) for name in each.fields)) for each in found]
    assert sorted(domain.name for domain in found) == names
    assert states == [(5, 0)] * 300
    assert relay.calls == 5
    # the slow way gives the same, pipelined
    assert super(type(connection.driver), connection.driver).domain_states(found) == states
    gone = connection.many(domain.undefine.request() for domain in found)
    assert gone == [None] * 300
    states = connection.driver.domain_states(found)
    assert all(isinstance(state, NoDomain) for state in states)


def test_pipelining_beats_waiting(libvirtd, connection, tmp_path):
    """Over a link of 20 ms each way, 100 calls take a few round trips, not 100."""
    (domain,) = connection.many([connection.domain_define_xml.request(EMPTY.format("far"))])
    slow = SlowRelay(tmp_path / "slow", libvirtd.socket, 0.02)
    with Connection(remote(slow.uri)) as far:
        target = far.domain("far")
        start = time.monotonic()
        answers = far.many(target.get_state.request() for _ in range(100))
        taken = time.monotonic() - start
        one = time.monotonic()
        target.get_state()
        one = time.monotonic() - one
    slow.stop()
    assert [tuple(answer) for answer in answers] == [(5, 0)] * 100
    assert one > 0.04
    assert taken < 20 * one
    assert domain.name == "far"


class SlowRelay(Relay):
    """A relay that delivers everything later."""

    def __init__(self, path, target, delay: float) -> None:
        self.delay = delay
        super().__init__(path, target)

    def _run(self) -> None:
        near, _ = self._listener.accept()
        with near, socket.socket(socket.AF_UNIX) as far:
            far.connect(self._target)
            back = threading.Thread(target=self._carry, args=(far, near))
            back.start()
            self._carry(near, far)
            back.join(10)

    def _carry(self, source, target) -> None:
        waiting: list[tuple[float, bytes]] = []
        while True:
            pause = max(0, waiting[0][0] - time.monotonic()) if waiting else 60
            if select.select([source], [], [], pause)[0]:
                data = source.recv(1 << 18)
                if not data:
                    break
                waiting.append((time.monotonic() + self.delay, data))
            while waiting and waiting[0][0] <= time.monotonic():
                target.sendall(waiting.pop(0)[1])
        for _, data in waiting:
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def ask_for_ever(domain):
    while True:
        domain.get_xml_desc()


def test_the_daemon_is_killed_mid_call(libvirtd, connection, tiny_guest):
    guest = tiny_guest(start=True)
    domain = connection.domain(guest.name)
    timer = threading.Timer(0.5, libvirtd.kill)
    timer.start()
    with pytest.raises(SystemFailure) as caught:
        ask_for_ever(domain)  # one call is on its way when it happens
    timer.join()
    assert str(caught.value) in (
        "End of file while reading data: Input/output error",
        "Cannot recv data: Connection reset by peer",
        "Cannot write data: Broken pipe",
    )
    assert not connection.driver.alive
    with pytest.raises(InternalError, match="client socket is closed"):
        domain.get_state()
    libvirtd.start()
    with Connection(remote(libvirtd.uri)) as again:
        assert again.domain(guest.name).get_state().state == 1  # the guest has lived on


def test_a_restart_between_calls_is_seen(libvirtd, connection):
    assert connection.driver.alive
    libvirtd.kill()
    assert not connection.driver.alive
    assert connection.driver.close_reason in (0, 1)
    libvirtd.start()


def test_interrupt_during_a_long_call(connection, tiny_guest):
    tiny_guest(start=True)
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        connection.driver.next_event(20)
    timer.join()
    assert connection.driver.alive
    assert len(connection.domains()) == 1


# ------------------------------------------------------------------------------ other ways there


def carrier(folder, libvirtd):
    """A program that connects its standard input and output with the daemon."""
    if shutil.which("nc") is None:
        pytest.skip("nc is not installed")
    program = folder / "carry"
    program.write_text(f"#!/bin/sh\nexec nc -U {libvirtd.socket}\n")
    program.chmod(0o755)
    return program


def test_over_a_program(libvirtd, tmp_path):
    program = carrier(tmp_path, libvirtd)
    with Connection(remote(f"qemu+ext:///system?command={program}")) as connection:
        assert connection.get_type() == "QEMU"


def test_over_ssh(libvirtd, tmp_path):
    """A stand-in for ssh runs the far side's command here."""
    if shutil.which("nc") is None:
        pytest.skip("nc is not installed")
    ssh = tmp_path / "ssh"
    ssh.write_text('#!/bin/sh\nwhile test "$1" != --; do shift; done\nexec sh -c "$3"\n')
    ssh.chmod(0o755)
    way = f"command={ssh}&socket={libvirtd.socket}"
    with Connection(remote(f"qemu+ssh://anywhere/system?{way}")) as connection:
        assert connection.get_type() == "QEMU"
        assert connection.domains() == []
    with pytest.raises(SystemFailure, match=r"nc: .*No such file or directory"):
        remote(f"qemu+ssh://anywhere/system?command={ssh}&socket={tmp_path}/nobody")


# --------------------------------------------------------------------------------- open files


def vnc_guest(connection, tiny_guest) -> Domain:
    guest = tiny_guest(define=False)
    text = guest.file.read_text().replace(
        "</devices>", "<graphics type='vnc' autoport='yes'/></devices>"
    )
    domain = connection.domain_define_xml(text)
    domain.create()
    return domain


def test_a_file_that_the_daemon_gives(connection, tiny_guest):
    domain = vnc_guest(connection, tiny_guest)
    with socket.socket(fileno=domain.open_graphics_fd(0)) as graphics:
        graphics.settimeout(10)
        assert graphics.recv(12) == b"RFB 003.008\n"
        assert not graphics.get_inheritable()
    with pytest.raises(Error):
        domain.open_graphics_fd(7)
    assert domain.get_state().state == 1


def test_a_file_that_the_daemon_gets(connection, tiny_guest):
    domain = vnc_guest(connection, tiny_guest)
    near, far = socket.socketpair()
    with near, far:
        domain.open_graphics(0, far.fileno())
        near.settimeout(10)
        assert near.recv(12) == b"RFB 003.008\n"
    assert domain.get_state().state == 1


def test_files_do_not_go_over_every_way(libvirtd, connection, tiny_guest, tmp_path):
    domain = vnc_guest(connection, tiny_guest)
    program = carrier(tmp_path, libvirtd)
    with Connection(remote(f"qemu+ext:///system?command={program}")) as far:
        target = far.domain(domain.name)
        with pytest.raises(InternalError, match="file descriptors is not supported"):
            target.open_graphics_fd(0)
        assert target.get_state().state == 1


# ------------------------------------------------------------------------------------ streams


def test_a_volume_there_and_back(connection, libvirtd, tmp_path):
    from vsh.api.stream import Stream

    (tmp_path / "pool").mkdir()
    libvirtd.virsh("pool-create-as", "streams", "dir", "--target", str(tmp_path / "pool"))
    try:
        libvirtd.virsh("vol-create-as", "streams", "v", "3MiB")
        volume = connection.storage_pool_lookup_by_name("streams").vol_lookup_by_name("v")
        data = os.urandom(1 << 20)
        up = Stream(connection)
        volume.upload(up, 0, 0)
        with up:
            assert up.send(data) == len(data)
        assert (tmp_path / "pool/v").read_bytes() == data + bytes(2 << 20)
        down = Stream(connection)
        volume.download(down, 0, 0, 1)  # sparse: holes are told
        found, holes = b"", 0
        with down:
            while (piece := down.receive()) or (hole := down.receive_hole()):
                found += piece
                holes += 0 if piece else hole
        assert found.rstrip(b"\0") == data.rstrip(b"\0")
        assert len(found) + holes == 3 << 20
        late = Stream(connection)
        volume.download(late, 0, 0)
        late.abort()
        assert connection.get_type() == "QEMU"
    finally:
        libvirtd.virsh("pool-destroy", "streams")
