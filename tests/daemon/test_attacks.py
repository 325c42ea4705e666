"""Clients that mean harm: what they can make vshd keep is bounded, and the log says what it met."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import resource
import socket
import struct
import subprocess
import time
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from private_vshd import VSHD, PrivateVshd

import vsh
from vsh.api.table import calls
from vsh.daemon.limits import OUTGOING_MAX
from vsh.errors import OperationFailed
from vsh.rpc import errors
from vsh.rpc.message import CALL, CALL_FILES, ERROR, OK, Framer, Message, pack
from vsh.rpc.programs import QEMU, REMOTE
from vsh.rpc.xdr import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def number(slot: str) -> int:
    return next(call.number for call in calls().values() if call.slot == slot)


def opening(uri: str = "test:///default") -> bytes:
    writer = Writer()
    writer.flag(True)  # noqa: FBT003
    writer.text(uri)
    writer.u32(0)
    return pack(REMOTE, 1, 1, CALL, 0, OK, bytes(writer.data))


class Attacker:
    """A connection whose bytes are the test's own."""

    def __init__(self, path: Path, first: bytes = b"") -> None:
        self.link = socket.socket(socket.AF_UNIX)
        self.link.settimeout(20)
        self.link.connect(str(path))
        self.framer = Framer()
        self.found: list[Message] = []
        if first:
            self.link.sendall(first)
            assert self.answer().status == OK

    def answer(self) -> Message:
        """The next message.  Raises ConnectionError at the end."""
        while not self.found:
            data = self.link.recv(1 << 16)
            if not data:
                raise ConnectionError
            self.found = self.framer.feed(data)
        return self.found.pop(0)

    def ended(self) -> bool:
        """Whether the daemon closes the connection, whatever it says before."""
        try:
            while self.link.recv(1 << 16):
                continue
        except ConnectionResetError:
            return True
        except TimeoutError:
            return False
        return True


@pytest.fixture
def attacker(vshd: PrivateVshd) -> Iterator[Callable[..., Attacker]]:
    made: list[Attacker] = []

    def make(first: bytes = opening()) -> Attacker:
        made.append(Attacker(vshd.socket, first))
        return made[-1]

    yield make
    for each in made:
        each.link.close()


def settled(vshd: PrivateVshd, most: int) -> None:
    """Wait until the daemon has no more descriptors than that."""
    until = time.monotonic() + 30
    while vshd.figures()[1] > most:
        assert time.monotonic() < until, vshd.figures()
        time.sleep(0.02)


def well(vshd: PrivateVshd) -> None:
    """It answers for both of its drivers; its root is open then."""
    with vsh.connect(vshd.uri("test", "/default")) as connection:
        assert connection.get_type() == "TEST"
    with vsh.connect(vshd.uri()) as connection:
        assert connection.get_type() == "QEMU"


def test_descriptors_that_belong_to_nothing(
    vshd: PrivateVshd, attacker: Callable[..., Attacker]
) -> None:
    """With calls that take none, with unknown procedures and programs, with half a message."""
    well(vshd)
    one = attacker()
    before = vshd.figures()[1]
    files = [0] * 20
    for serial in range(1, 60):
        call = pack(REMOTE, 1, number("connect_get_type"), CALL, serial, OK, b"")
        socket.send_fds(one.link, [call], files)
        assert one.answer().status == OK
    for program, procedure in ((REMOTE, 457), (1234, 1), (REMOTE, 1), (QEMU, 4)):
        whole = pack(program, 1, procedure, CALL_FILES, 99, OK, b"", files=3)
        socket.send_fds(one.link, [whole + b"\0\0\0"], [0, 0, 0])
        assert one.answer().status == ERROR
    settled(vshd, before + 3)
    assert "descriptors of no call" in vshd.said()
    half = attacker()
    with contextlib.suppress(OSError):
        for _ in range(200):
            socket.send_fds(half.link, [b"\1"], files)
    assert half.ended()
    liar = attacker()
    liar.link.sendall(pack(REMOTE, 1, 60, CALL_FILES, 1, OK, b"", files=2) + b"\0\0")
    assert liar.ended()
    assert "a call came with 0 of 2 file descriptors" in vshd.said()
    settled(vshd, before + 3)
    well(vshd)


def test_one_that_never_reads_its_answers(
    vshd: PrivateVshd, attacker: Callable[..., Attacker]
) -> None:
    """It is not listened to: neither its calls nor their answers fill the memory."""
    one = attacker()
    memory = vshd.figures()[0]
    asked = number("connect_get_capabilities")  # of about 10 KB of answer each
    flood = b"".join(pack(REMOTE, 1, asked, CALL, serial, OK, b"") for serial in range(1, 40_001))
    one.link.settimeout(0.5)
    with pytest.raises(TimeoutError):
        one.link.sendall(flood)
    assert vshd.figures()[0] < memory + 64 * 1024
    well(vshd)


def test_one_that_never_reads_its_events(
    vshd: PrivateVshd, attacker: Callable[..., Attacker]
) -> None:
    """More of events than may wait: it is cut off, and who does what the events tell of never waits
    for it."""
    well(vshd)
    one = attacker()
    register = number("connect_domain_event_callback_register_any")
    memory, files = vshd.figures()
    with vsh.connect(vshd.uri("test", "/default")) as connection:
        domain = connection.domain_lookup_by_name("test")
        which = struct.pack(">II4s", 1, 4, b"test") + UUID(domain.uuid).bytes + b"\0\0\0\1"
        # changes of metadata, of any domain and of this one: their URIs are told
        for serial, of in enumerate((bytes(4), which), 1):
            body = struct.pack(">i", 23) + of
            one.link.sendall(pack(REMOTE, 1, register, CALL, serial, OK, body))
            assert one.answer().status == OK
        uri = f"urn:{'x' * (1 << 20)}"
        for _ in range(OUTGOING_MAX // len(uri) // 4 + 2):
            domain.set_metadata(2, "<a/>", "a", uri)
            domain.set_metadata(2, None, None, uri)
        assert domain.get_state().state == 1
        settled(vshd, files)
    assert vshd.figures()[0] < memory + 3 * OUTGOING_MAX // 1024
    assert "it does not read what it is told" in vshd.said()


def test_callbacks_without_end() -> None:
    with vsh.connect("test:///default") as connection:
        listener = connection.driver.listener
        for number in range(10000):
            listener.register(connection, "domain", 0, str(number))
        with pytest.raises(OperationFailed, match="10000 callbacks are registered"):
            listener.register(connection, "domain", 0)


def test_a_million_objects(vshd: PrivateVshd, attacker: Callable[..., Attacker]) -> None:
    """Numbers of elements and sizes at the ends of their ranges: an answer, and no memory."""
    one = attacker()
    with vsh.connect(vshd.uri("test", "/default")) as connection:
        domain = connection.domain_lookup_by_name("test")
        who = struct.pack(">I", 4) + b"test" + UUID(domain.uuid).bytes + struct.pack(">i", 1)
    memory = vshd.figures()[0]
    for slot, start in (
        ("connect_list_domains", b""), ("connect_list_defined_domains", b""),
        ("connect_list_networks", b""), ("connect_list_storage_pools", b""),
        ("node_get_cells_free_memory", struct.pack(">i", 0)), ("domain_get_vcpus", who),
        ("domain_memory_peek", who + struct.pack(">Q", 0)),
        ("domain_block_peek", who + struct.pack(">I", 3) + b"vda\0" + struct.pack(">Q", 0)),
        ("domain_get_cpu_stats", who), ("domain_memory_stats", who),
    ):  # fmt: skip
        for value in (1_000_000, 0x7FFFFFFF, 0xFFFFFFFF):
            for tail in (1, 2, 3, 4):
                body = start + struct.pack(">I", value) * tail
                one.link.sendall(pack(REMOTE, 1, number(slot), CALL, 7, OK, body))
                assert one.answer().serial == 7
    assert vshd.figures()[0] < memory + 32 * 1024
    well(vshd)


def test_half_a_message_and_sleep(vshd: PrivateVshd, attacker: Callable[..., Attacker]) -> None:
    """It waits for the rest; nobody else waits with it."""
    slow = attacker()
    call = pack(REMOTE, 1, number("connect_get_type"), CALL, 5, OK, b"")
    slow.link.sendall(call[:9])
    well(vshd)
    for at in range(9, len(call)):
        slow.link.sendall(call[at : at + 1])
    assert slow.answer().status == OK


def test_messages_out_of_order(vshd: PrivateVshd, attacker: Callable[..., Attacker]) -> None:
    """Before anything was opened, opened twice at once, the same serial, a reply, a lost stream."""
    early = attacker(b"")
    for slot, body in (
        ("connect_get_type", b""), ("connect_supports_feature", struct.pack(">i", 99)),
        ("connect_domain_event_register", b""), ("connect_domain_event_deregister", b""),
        ("connect_domain_event_callback_deregister_any", struct.pack(">i", 1)),
    ):  # fmt: skip
        early.link.sendall(pack(REMOTE, 1, number(slot), CALL, 1, OK, body))
        assert "connection not open" in str(errors.decode(early.answer().payload)), slot
    twice = attacker(b"")
    twice.link.sendall(opening() + opening()[:20] + b"\0\0\0\7" + opening()[24:])
    answers = [twice.answer(), twice.answer()]
    assert [(each.serial, each.status) for each in answers] == [(0, OK), (7, ERROR)]
    assert "connection already open" in str(errors.decode(answers[1].payload))
    twice.link.sendall(pack(REMOTE, 1, 1, 3, 77, 2, b"lost"))  # a packet of no stream
    twice.link.sendall(pack(REMOTE, 1, number("connect_get_type"), CALL, 8, OK, b""))
    assert twice.answer().serial == 8
    twice.link.sendall(pack(REMOTE, 1, 1, 1, 9, OK, b""))  # a reply that nobody waits for
    assert twice.ended()
    assert "got unexpected RPC call" in vshd.said()
    big = attacker()
    big.link.sendall(struct.pack(">I", 0x7FFFFFFF) + bytes(60))
    assert big.ended()
    assert "too large" in vshd.said()
    well(vshd)


def test_streams_left_open(vshd: PrivateVshd, tmp_path: Path) -> None:
    """Many at once are refused at the bound; what a client leaves open goes with it."""
    before = vshd.figures()[1]
    with vsh.connect(vshd.uri()) as connection:
        place = tmp_path / "pool"
        place.mkdir()
        pool = connection.storage_pool_define_xml(
            f"<pool type='dir'><name>p</name><target><path>{place}</path></target></pool>"
        )
        pool.create()
        pool.vol_create_xml("<volume><name>v</name><capacity unit='MiB'>4</capacity></volume>")
    one = Attacker(vshd.socket, opening("qemu:///system"))
    writer = Writer()
    for text in ("p", "v", f"{place}/v"):
        writer.text(text)
    body = bytes(writer.data) + struct.pack(">QQI", 0, 0, 0)
    upload = number("storage_vol_upload")
    refused = 0
    for serial in range(1, 270):
        one.link.sendall(pack(REMOTE, 1, upload, CALL, serial, OK, body))
        answer = one.answer()
        refused += answer.status == ERROR
        if answer.status == ERROR:
            assert "256 streams are open" in str(errors.decode(answer.payload))
    assert refused == 269 - 256
    one.link.close()
    settled(vshd, before + 8)
    well(vshd)


def test_lines_of_its_own_in_the_log(tmp_path: Path) -> None:
    """SASL: mechanisms that were not offered, and words that would forge a line of the log."""
    passwords = tmp_path / "passwords"
    passwords.write_text("fred:secret\n")
    passwords.chmod(0o600)
    port = _free_port()
    settings = tmp_path / "vshd.conf"
    settings.write_text(
        f'auth_unix_rw = "sasl"\nsasl_password_file = "{passwords}"\nlisten_tls = 0\n'
        f'listen_tcp = 1\nlisten_addr = "127.0.0.1"\ntcp_port = "{port}"\n'
    )
    daemon = PrivateVshd(tmp_path, "--listen", "--config", str(settings))
    daemon.start()
    try:
        rng = random.Random(5)
        plain = b"\0fred\0secret"
        for mechanism in ("PLAIN", "plain", "SCRAM-SHA-256", "EXTERNAL", "ANONYMOUS", "GSSAPI", ""):
            with socket.create_connection(("127.0.0.1", port), 20) as link:
                assert "authentication failed" in _sasl(link, mechanism, plain)
        for _ in range(60):
            with socket.socket(socket.AF_UNIX) as link:
                link.settimeout(20)
                link.connect(str(daemon.socket))
                mechanism = rng.choice(("SCRAM-SHA-256", "SCRAM-SHA-1", "DIGEST-MD5", "PLAIN"))
                words = rng.choice((b"n,,n=fred,r=abc", b"\0fred\0", b'username="fred",nonce=1'))
                words += rng.choice((b"", b",", b"=", b"\xff\0,,", rng.randbytes(30)))
                _sasl(link, mechanism, words)
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(str(daemon.socket))
            _sasl(link, "X\n2026-01-01: 1: info : all is well\x1b[2J", b"")
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(20)
            link.connect(str(daemon.socket))
            link.sendall(struct.pack(">I", 1 << 24) + bytes(30))
            with contextlib.suppress(ConnectionResetError):  # where it has not read all of that
                assert link.recv(100) == b""
        said = said_by(daemon, "so long a message is not taken before authentication")
        assert "so long a message is not taken before authentication" in said
        assert "SASL mechanism PLAIN is not offered here" in said
        assert "\x1b" not in said
        assert not any(line.startswith("2026-01-01: 1: info") for line in said.splitlines())
        assert "Traceback" not in said
        assert daemon.process is not None
        assert daemon.process.poll() is None
    finally:
        daemon.kill()


def said_by(daemon: PrivateVshd, expected: str) -> str:
    """What the daemon wrote, when it has written that."""
    until = time.monotonic() + 20
    while expected not in daemon.said():
        assert time.monotonic() < until, daemon.said()[-2000:]
        time.sleep(0.02)
    return daemon.said()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _sasl(link: socket.socket, mechanism: str, words: bytes) -> str:
    """The first two calls of SASL, and what the daemon says to the second."""
    writer = Writer()
    writer.text(mechanism)
    writer.i32(0)
    writer.u32(len(words))
    for byte in words:  # each is a number of its own
        writer.i32(byte if byte < 128 else byte - 256)
    link.sendall(
        pack(REMOTE, 1, 67, CALL, 1, OK, b"") + pack(REMOTE, 1, 68, CALL, 2, OK, bytes(writer.data))
    )
    framer, found = Framer(), list[Message]()
    while len(found) < 2:
        try:
            data = link.recv(1 << 16)
        except ConnectionResetError:
            data = b""
        if not data:
            return ""
        found += framer.feed(data)
    return str(errors.decode(found[1].payload)) if found[1].status == ERROR else "well"


def test_more_than_may_come(tmp_path: Path) -> None:
    """Connections over max_clients wait; those that are reset meanwhile do no harm."""
    settings = tmp_path / "vshd.conf"
    port = _free_port()
    settings.write_text(
        'max_clients = 30\nauth_tcp = "none"\nlisten_tls = 0\nlisten_tcp = 1\n'
        f'listen_addr = "127.0.0.1"\ntcp_port = "{port}"\n'
    )
    daemon = PrivateVshd(tmp_path, "--listen", "--config", str(settings))
    daemon.start()
    try:
        crowd = []
        for _ in range(300):
            one = socket.socket(socket.AF_UNIX)
            one.connect(str(daemon.socket))
            crowd.append(one)
        for _ in range(100):
            one = socket.create_connection(("127.0.0.1", port))
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.close()  # a reset
        assert daemon.figures()[1] < 100
        for one in crowd:
            one.close()
        well(daemon)
        with vsh.connect(f"test+tcp://127.0.0.1:{port}/default") as connection:
            assert connection.get_type() == "TEST"
        assert "Traceback" not in daemon.said()
    finally:
        daemon.kill()


def limited(folder: Path, kind: int, soft: int) -> PrivateVshd:
    """A daemon under a limit of the system's."""
    daemon = PrivateVshd(folder)
    daemon.start()
    assert daemon.process is not None
    _, hard = resource.prlimit(daemon.process.pid, kind)
    resource.prlimit(daemon.process.pid, kind, (soft, hard))
    return daemon


def test_little_memory(tmp_path: Path) -> None:
    """Under ulimit -v it refuses what it has no room for, and goes on."""
    daemon = limited(tmp_path, resource.RLIMIT_AS, 420 << 20)
    try:
        well(daemon)
        refused = 0
        links = [Attacker(daemon.socket) for _ in range(30)]
        for one in links:
            one.link.settimeout(1)
            with contextlib.suppress(OSError):
                one.link.sendall(struct.pack(">I", 33_000_000) + bytes(32_000_000))
                continue
            refused += 1
        for one in links:
            one.link.close()
        well(daemon)
        assert daemon.process is not None
        assert daemon.process.poll() is None
        assert refused
        assert "MemoryError" in daemon.said()
    finally:
        daemon.kill()


def test_too_little_memory(tmp_path: Path) -> None:
    """Where it could only refuse it does not start, and says how much it needs."""
    words = f'ulimit -v 204800; exec "$0" --sockets "{tmp_path}/run"'
    done = subprocess.run(["sh", "-c", words, VSHD], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == (
        "vshd: error: 204800 KiB of address space (ulimit -v) are too few:"
        " at least 262144 KiB are needed\n"
    )


def test_descriptors_that_others_have(tmp_path: Path) -> None:
    """With none left, and no client that could go, it takes clients again when there are some."""
    daemon = PrivateVshd(tmp_path)
    daemon.start()
    assert daemon.process is not None
    try:
        well(daemon)
        last = -1
        while last != daemon.figures()[1]:  # its clients have gone
            last = daemon.figures()[1]
            time.sleep(0.3)
        taken = {int(name) for name in os.listdir(f"/proc/{daemon.process.pid}/fd")}
        free = next(number for number in itertools.count() if number not in taken)
        before = resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, (free, before[1]))
        with socket.socket(socket.AF_UNIX) as one:
            one.connect(str(daemon.socket))
            until = time.monotonic() + 10
            while "no client can be taken: Too many open files" not in daemon.said():
                assert time.monotonic() < until
                time.sleep(0.02)
            resource.prlimit(daemon.process.pid, resource.RLIMIT_NOFILE, before)
        well(daemon)
    finally:
        daemon.kill()
