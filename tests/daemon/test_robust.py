"""A vshd that is killed, starved, lied to and crowded: it stays up, and loses nothing."""

from __future__ import annotations

import contextlib
import os
import random
import re
import resource
import signal
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path

import pytest
from private_vshd import PrivateVshd
from tiny_guest import TinyGuest

import vsh
from vsh.api.table import calls
from vsh.errors import Error
from vsh.rpc.message import CALL, OK, pack
from vsh.rpc.programs import REMOTE


def test_killed_under_its_guests(vshd: PrivateVshd, tmp_path: Path) -> None:
    """kill -9 of the daemon: guests run on, definitions are whole, the next one has them."""
    guest = TinyGuest(tmp_path, "tiny")
    with vsh.connect(vshd.uri()) as connection:
        connection.domain_define_xml(guest.xml).create()
        connection.domain_define_xml(guest.xml.replace("<name>tiny<", "<name>other<"))
    guest.wait_for()
    vshd.kill(signal.SIGKILL)
    vshd.start()
    with vsh.connect(vshd.uri()) as connection:
        states = {d.name: d.get_state().state for d in connection.list_all_domains()}
        assert states == {"tiny": 1, "other": 5}
        connection.domain_lookup_by_name("tiny").shutdown()
        until = time.monotonic() + 10
        while connection.domain_lookup_by_name("tiny").get_state().state != 5:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_a_polite_end(vshd: PrivateVshd) -> None:
    """SIGTERM: the sockets go, and the status says that all is well."""
    assert vshd.process is not None
    vshd.process.send_signal(signal.SIGTERM)
    assert vshd.process.wait(10) == 0
    vshd.process = None
    assert not vshd.socket.exists()


def test_an_end_with_a_call_that_has_none(vshd: PrivateVshd, tmp_path: Path) -> None:
    """SIGTERM waits for a call under way; a second one does not, and the log says whose it was."""
    assert vshd.process is not None
    image = tmp_path / "image"
    os.mkfifo(image)  # nobody ever writes to it

    def restore() -> None:
        with contextlib.suppress(Error), vsh.connect(vshd.uri()) as connection:
            connection.domain_restore(str(image))

    client = threading.Thread(target=restore)
    client.start()
    until = time.monotonic() + 20
    while True:
        with contextlib.suppress(OSError):  # the daemon does not read it yet
            end = os.open(image, os.O_WRONLY | os.O_NONBLOCK)
            break
        assert time.monotonic() < until
        time.sleep(0.02)
    vshd.process.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        vshd.process.wait(0.5)
    vshd.process.send_signal(signal.SIGTERM)
    assert vshd.process.wait(10) == 1
    client.join(10)
    os.close(end)
    vshd.process = None
    assert "calls that have not ended are left: client " in vshd.said()
    assert not vshd.socket.exists()
    assert not vshd.socket.with_name("vshd.pid").exists()


def test_it_does_not_take_another_daemon_s_place(vshd: PrivateVshd, tmp_path: Path) -> None:
    for options, expected in (
        ((), "another daemon .* holds .*/vshd.pid"),
        (("--pid-file", f"{tmp_path}/other.pid"), "another daemon listens at"),
    ):
        second = PrivateVshd(tmp_path, *options)
        second.socket_ro = tmp_path / "never"
        with pytest.raises(RuntimeError, match=expected):
            second.start()


def test_two_on_one_root(vshd: PrivateVshd, tmp_path: Path) -> None:
    """The second says who has it, and has it when the first one has gone; a client that comes back
    to the first finds what was there."""
    (tmp_path / "other").mkdir()
    other = PrivateVshd(tmp_path / "other")
    other.root = vshd.root
    other.start()
    try:
        assert vshd.process is not None
        words = f"{vshd.root} is in use by process {vshd.process.pid}"
        with vsh.connect(vshd.uri()) as connection:
            connection.domain_define_xml(TinyGuest(tmp_path, "tiny").xml)
            with pytest.raises(Error, match=re.escape(words)):
                vsh.connect(other.uri())
            vshd.kill()
            with pytest.raises(Error):
                connection.list_all_domains()
        with vsh.connect(other.uri()) as connection:
            assert [each.name for each in connection.list_all_domains()] == ["tiny"]
        other.kill()
        vshd.start()
        with vsh.connect(vshd.uri()) as connection:
            assert [each.name for each in connection.list_all_domains()] == ["tiny"]
    finally:
        other.kill()


def test_it_ends_by_itself(tmp_path: Path) -> None:
    daemon = PrivateVshd(tmp_path, "--timeout", "1")
    daemon.start()
    with vsh.connect(daemon.uri("test", "/default")) as connection:
        time.sleep(1.5)
        assert connection.get_type() == "TEST"
    assert daemon.process is not None
    assert daemon.process.wait(10) == 0


def test_nonsense_ends_the_client_alone(vshd: PrivateVshd) -> None:
    """Random bytes, truncated and oversized messages, before anything was opened."""
    rng = random.Random(11)
    for _ in range(60):
        with socket.socket(socket.AF_UNIX) as liar:
            liar.connect(str(vshd.socket))
            kind = rng.randrange(4)
            if kind == 0:
                data = rng.randbytes(rng.randrange(1, 400))
            elif kind == 1:
                data = pack(REMOTE, 1, rng.randrange(500), CALL, 0, OK, rng.randbytes(60))
            elif kind == 2:
                data = struct.pack(">I", 0x7FFFFFFF) + b"x" * 100
            else:
                data = pack(REMOTE, 1, 1, CALL, 0, OK, b"")[: rng.randrange(1, 28)]
            liar.sendall(data)
            liar.settimeout(0.02)
            try:
                liar.recv(4096)
            except OSError:
                continue
    with vsh.connect(vshd.uri("test", "/default")) as connection:
        assert connection.get_type() == "TEST"


def test_every_procedure_with_random_arguments(vshd: PrivateVshd) -> None:
    """Each procedure number, opened, with bytes that may be anything: an answer, or the end."""
    from vsh.rpc.xdr import Writer

    rng = random.Random(12)
    writer = Writer()
    writer.flag(True)  # noqa: FBT003
    writer.text("test:///default")
    writer.u32(0)
    hello = pack(REMOTE, 1, 1, CALL, 0, OK, bytes(writer.data))
    for start in range(3, 460, 20):
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(vshd.socket))
            client.sendall(hello)
            for number in range(start, start + 20):
                body = rng.randbytes(4 * rng.randrange(20))
                client.sendall(pack(REMOTE, 1, number, CALL, number, OK, body))
            client.settimeout(0.1)
            try:
                while client.recv(65536):
                    continue
            except OSError:
                continue
    with vsh.connect(vshd.uri("test", "/default")) as connection:
        assert connection.list_all_domains() != []


def test_a_crowd(vshd: PrivateVshd) -> None:
    """Two hundred idle connections, twenty threads that ask, and a client that never reads."""
    idle = []
    for _ in range(200):
        one = socket.socket(socket.AF_UNIX)
        one.connect(str(vshd.socket))
        idle.append(one)
    wrong: list[BaseException] = []

    def ask() -> None:
        try:
            with vsh.connect(vshd.uri("test", "/default")) as connection:
                for _ in range(50):
                    [domain] = connection.list_all_domains()
                    assert domain.get_state().state in (1, 3)
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the test's failure
            wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in idle:
        one.close()
    assert wrong == []


def test_memory_and_descriptors_stay(vshd: PrivateVshd) -> None:
    """A thousand connections that come and go leave nothing behind."""

    def round_of(count: int) -> None:
        for _ in range(count):
            with vsh.connect(vshd.uri("test", "/default")) as connection:
                connection.list_all_domains()

    round_of(100)
    time.sleep(0.2)
    memory, descriptors = vshd.figures()
    round_of(400)
    time.sleep(0.2)
    later, open_later = vshd.figures()
    assert open_later <= descriptors + 2
    assert later < memory + 4096


def test_descriptors_run_out(vshd: PrivateVshd) -> None:
    """With few descriptors clients wait; when some go, others are served."""
    with vsh.connect(vshd.uri("test", "/default")) as connection:
        assert connection.get_type() == "TEST"
    assert vshd.process is not None
    _, hard = resource.prlimit(vshd.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(vshd.process.pid, resource.RLIMIT_NOFILE, (64, hard))
    crowd = []
    for _ in range(80):
        one = socket.socket(socket.AF_UNIX)
        one.settimeout(1)
        one.connect(str(vshd.socket))
        crowd.append(one)
    for one in crowd:
        one.close()
    with vsh.connect(vshd.uri("test", "/default")) as connection:
        assert connection.get_type() == "TEST"
    assert os.path.exists(vshd.socket)


FULL = 'mkdir -p "$0" && mount -t tmpfs -o size=6m tmpfs "$0" && exec "$@"'


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small disk, in a namespace of its own")
def test_a_full_disk(tmp_path: Path) -> None:
    """What cannot be written is an error, and is not there; when there is room it goes on, and so
    does the log, which is on the same disk."""
    disk = tmp_path / "disk"
    config = tmp_path / "vshd.conf"
    config.write_text(f'log_outputs = "1:file:{disk}/log"\nlog_level = 1\n')
    within = ("unshare", "--mount", "--propagation", "private", "sh", "-c", FULL, str(disk))
    daemon = PrivateVshd(tmp_path, "--config", str(config), within=within)
    daemon.root = disk / "root"
    daemon.start()
    rest = "<memory>65536</memory><os><type>hvm</type></os></domain>"
    xml = "<domain type='qemu'><name>{}</name>" + rest
    try:
        assert daemon.process is not None
        there = Path(f"/proc/{daemon.process.pid}/root{disk}")
        with vsh.connect(daemon.uri()) as connection:
            connection.domain_define_xml(xml.format("before"))
            filler = (there / "fill").open("wb", buffering=0)
            with filler as fill, contextlib.suppress(OSError):  # no space left on device
                while fill.write(bytes(65536)):
                    continue
            for name in ("one", "two"):
                with pytest.raises(vsh.Error, match="disk is full"):
                    connection.domain_define_xml(xml.format(name))
            assert [each.name for each in connection.list_all_domains()] == ["before"]
            (there / "fill").unlink()
            connection.domain_define_xml(xml.format("after"))
            names = ["after", "before"]
            assert sorted(each.name for each in connection.list_all_domains()) == names
        assert "domain_define_xml" in (there / "log").read_text()
    finally:
        daemon.kill()
    assert "Traceback" not in daemon.said()


def test_a_flood_of_calls_is_answered(vshd: PrivateVshd) -> None:
    """Ten thousand calls sent at once, that workers answer five at a time: each gets its answer."""
    from vsh.rpc.message import Framer
    from vsh.rpc.xdr import Writer

    writer = Writer()
    writer.flag(True)  # noqa: FBT003
    writer.text("test:///default")
    writer.u32(0)
    number = next(call.number for call in calls().values() if call.slot == "connect_get_max_vcpus")
    body = Writer()
    body.flag(False)  # noqa: FBT003
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(30)
        client.connect(str(vshd.socket))
        flood = b"".join(
            pack(REMOTE, 1, number, CALL, serial, OK, bytes(body.data))
            for serial in range(1, 10001)
        )
        # the first call is cut in two: what follows a message that is not whole may be many others
        client.sendall(pack(REMOTE, 1, 1, CALL, 0, OK, bytes(writer.data)) + flood[:7])
        framer, got = Framer(), set()
        while not got:
            got |= {message.serial for message in framer.feed(client.recv(1 << 16))}
        sender = threading.Thread(target=client.sendall, args=(flood[7:],))
        sender.start()
        while len(got) < 10001:
            data = client.recv(1 << 16)
            assert data, f"cut off after {len(got)} answers"
            got |= {message.serial for message in framer.feed(data)}
        sender.join()
    assert got == set(range(10001))


def test_a_power_cut(vshd: PrivateVshd, tmp_path: Path) -> None:
    """Wherever what was written to the disk ends, what is found is whole: the first so many
    definitions, the more the further it came, and all of them where all was written."""
    rest = "<memory>65536</memory><os><type>hvm</type></os></domain>"
    names = [f"guest{number:02}" for number in range(12)]
    with vsh.connect(vshd.uri()) as connection:
        for name in names:
            connection.domain_define_xml(f"<domain type='qemu'><name>{name}</name>{rest}")
        vshd.kill()
    written = (vshd.root / "state-wal").read_bytes()
    rng, found = random.Random(3), 0
    for size in [*sorted(rng.randrange(len(written)) for _ in range(15)), len(written)]:
        copy = tmp_path / f"cut-{size}"
        copy.mkdir(mode=0o700)
        (copy / "state").write_bytes((vshd.root / "state").read_bytes())
        (copy / "state-wal").write_bytes(written[:size])
        with vsh.connect(f"qemu:///embed?root={copy}") as connection:
            there = sorted(each.name for each in connection.list_all_domains())
            assert there == names[: len(there)]
            assert all(each.get_xml_desc() for each in connection.list_all_domains())
        assert len(there) >= found
        found = len(there)
    assert found == len(names)
