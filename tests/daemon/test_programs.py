"""The admin program and QEMU's own: to the same bytes vshd says what libvirtd says."""

from __future__ import annotations

import contextlib
import socket
import struct
from typing import TYPE_CHECKING
from uuid import UUID

import vsh
from vsh.errors import Error
from vsh.rpc import errors
from vsh.rpc.message import CALL, ERROR, OK, REPLY, Framer, pack
from vsh.rpc.programs import ADMIN, QEMU, REMOTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from private_libvirtd import PrivateLibvirtd
    from private_vshd import PrivateVshd

ID = UUID("6695eb01-f6a4-8304-79aa-97f2502e193f")
IDLE = f"""<domain type='qemu'><name>test</name><uuid>{ID}</uuid><memory>65536</memory>
<os><type arch='x86_64'>hvm</type></os></domain>"""
UNDECODED = "Unable to decode message payload"
WHO = (6, 8, 9, 10)
"""Procedures of the admin program whose answers say who is there, and how many threads are."""


def text(words: str) -> bytes:
    raw = words.encode()
    return struct.pack(">I", len(raw)) + raw + bytes(-len(raw) % 4)


def numbers(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


def parameter(name: str, kind: int, value: int) -> bytes:
    return text(name) + numbers(kind, value)


def administrator() -> Iterator[tuple[int, bytes]]:
    """Calls of the admin program, right and wrong."""
    main, nobody, client = text("libvirtd"), text("nobody"), struct.pack(">QqI", 77, 0, 0)
    yield 1, numbers(0)
    yield 1, numbers(5)
    yield 3, b""
    for tail in (numbers(1, 0), numbers(0, 0), numbers(1, 1), b"", numbers(1, 0, 9)):
        yield 4, tail
    for name in (main, nobody, text("admin"), text(""), text("x" * 300), b"\0\0\0\7abc"):
        for tail in (numbers(0), numbers(2), b"", numbers(0, 0)):
            yield 5, name + tail
            yield 6, name + tail
            yield 12, name + tail
            yield 18, name + tail
    for name in (main, nobody):
        for changes in (
            [], [("minWorkers", 2, 50)], [("maxWorkers", 2, 1)], [("maxWorkers", 2, 0)],
            [("prioWorkers", 2, 6)], [("minWorkers", 1, 5)], [("nWorkers", 2, 5)], [("x", 2, 5)],
            [("prioWorkers", 2, 6)] * 2, [("minWorkers", 9, 5)], [("prioWorkers", 2, 6)] * 40,
        ):  # fmt: skip
            body = name + numbers(len(changes)) + b"".join(parameter(*each) for each in changes)
            yield 7, body + numbers(0)
            yield 7, body + numbers(4)
        for changes in (
            [], [("nclients_max", 2, 10)], [("nclients", 2, 5)], [("nclients_max", 4, 5)],
            [("nclients_unauth_max", 2, 500)],
            [("nclients_max", 2, 100), ("nclients_unauth_max", 2, 50)],
        ):  # fmt: skip
            body = name + numbers(len(changes)) + b"".join(parameter(*each) for each in changes)
            yield 13, body + numbers(0)
        for tail in (numbers(1, 0), numbers(0, 0), numbers(1, 7), b""):
            yield 8, name + tail
        for tail in (struct.pack(">QI", 77, 0), struct.pack(">QI", 77, 3), b""):
            yield 9, name + tail
        for number in (10, 11):
            yield number, name + client + numbers(0)
            yield number, name + client + numbers(1)
    for number in (14, 15):
        yield number, numbers(0)
        yield number, numbers(1)
    for words in ("nonsense", "9:x", "1:", "3:"):
        yield 16, numbers(1) + text(words) + numbers(0)
        yield 17, numbers(1) + text(words) + numbers(0)
    yield 16, numbers(0, 5)
    yield 17, numbers(0, 5)
    yield 19, numbers(0, 1)
    yield 19, numbers(0)
    for number in (0, 21, 99, 0x7FFFFFFF):
        yield number, b""


def hypervisor() -> Iterator[tuple[int, bytes]]:
    """Calls of QEMU's program about a guest that is off, one that is not there, and none."""
    there = text("test") + ID.bytes + numbers(0xFFFFFFFF)
    gone = text("gone") + UUID(int=7).bytes + numbers(0xFFFFFFFF)
    for domain in (there, gone, b""):
        for command in ("info", '{"execute":"query-status"}', ""):
            yield 1, domain + text(command) + numbers(0)
            yield 1, domain + text(command) + numbers(1)
            yield 1, domain + text(command) + numbers(8)
            yield 3, domain + text(command) + numbers(5, 0)
            yield 3, domain + text(command) + numbers(0xFFFFFFFD, 0)
            yield 3, domain + text(command) + numbers(5, 1)
            yield 7, domain + text(command) + numbers(0)
    for number in (1, 0x7FFFFFFF):
        yield 2, numbers(number, 0)
    yield 4, numbers(0, 0, 0)  # another one like it is refused by libvirtd
    for number in (0, 0, 77):
        yield 5, numbers(number)
    for number in (0, 6, 8, 99):
        yield number, b""


class Talk:
    """A conversation in bytes of the test's own; one that was hung up begins anew.

    first  what is said at its beginning: program, procedure, payload
    """

    def __init__(self, path: Path, *first: tuple[int, int, bytes]) -> None:
        self.path = path
        self.first = first
        self.link: socket.socket | None = None

    def say(self, program: int, number: int, payload: bytes, version: int = 1) -> object:
        """What is answered: an error's numbers and words, or bytes; "" where it hangs up."""
        if self.link is None:
            self.link = socket.socket(socket.AF_UNIX)
            self.link.settimeout(30)
            self.link.connect(str(self.path))
            for call in self.first:
                assert isinstance(
                    self._said(self.link, pack(call[0], 1, call[1], CALL, 3, OK, call[2])), bytes
                )
        return self._said(self.link, pack(program, version, number, CALL, 3, OK, payload))

    def _said(self, link: socket.socket, call: bytes) -> object:
        framer = Framer()
        with contextlib.suppress(ConnectionError):
            link.sendall(call)
            while came := link.recv(1 << 20):
                for message in framer.feed(came):
                    if message.serial == 3 and message.type == REPLY:
                        if message.status != ERROR:
                            return message.payload
                        error = errors.decode(message.payload)
                        said = str(error)
                        if said.startswith(UNDECODED):  # libvirt does not say at which byte
                            said = UNDECODED
                        return error.code, error.domain, said
        self.close()
        return ""

    def close(self) -> None:
        if self.link is not None:
            self.link.close()
            self.link = None


def test_the_admin_program(vshd: PrivateVshd, libvirtd: PrivateLibvirtd) -> None:
    libvirtd.kill()
    libvirtd.start()
    said = []
    for path in (
        libvirtd.folder / "run/libvirt/libvirt-admin-sock",
        vshd.socket.with_name("libvirt-admin-sock"),
    ):
        talk = Talk(path)
        found = []
        for number, payload in administrator():
            answer = talk.say(ADMIN, number, payload)
            if isinstance(answer, bytes) and number in (*WHO, 3, 4, 12, 14, 15):
                answer = "well"  # tests of virt-admin compare what they say
            found.append((number, payload[:60], answer))
        found.append((1, b"version", talk.say(ADMIN, 1, numbers(0), version=2)))
        found.append((1, b"program", talk.say(1234, 1, numbers(0))))
        found.append((1, b"remote", talk.say(REMOTE, 1, numbers(0))))
        talk.close()
        said.append(found)
    libvirtd.kill()
    assert said[1] == said[0]


def test_an_administrator_ends_it(vshd: PrivateVshd) -> None:
    """A procedure of libvirt 11.2 and newer: the call is answered, then all is as at SIGTERM."""
    talk = Talk(vshd.socket.with_name("libvirt-admin-sock"))
    talk.say(ADMIN, 1, numbers(0))
    refused = talk.say(ADMIN, 20, numbers(2))
    assert "unsupported flags (0x2) in function adminConnectDaemonShutdown" in str(refused)
    assert talk.say(ADMIN, 20, numbers(1)) == b""
    talk.close()
    assert vshd.process is not None
    assert vshd.process.wait(10) == 0
    vshd.process = None
    assert not vshd.socket.exists()


def test_the_program_of_qemu(vshd: PrivateVshd, libvirtd: PrivateLibvirtd) -> None:
    said = []
    for uri, path in ((libvirtd.uri, libvirtd.socket), (vshd.uri(), vshd.socket)):
        with vsh.connect(uri) as connection:
            domain = connection.domain_define_xml(IDLE)
            found = []
            for driver in ("qemu:///system", "test:///default"):
                talk = Talk(
                    path, (REMOTE, 66, b""), (REMOTE, 1, numbers(1) + text(driver) + numbers(0))
                )
                for number, payload in hypervisor():
                    found.append((driver, number, payload[:60], talk.say(QEMU, number, payload)))
                found.append((driver, 1, b"version", talk.say(QEMU, 1, b"", version=7)))
                talk.close()
            said.append(found)
            domain.undefine()
    assert said[1] == said[0]


def test_registering_again(vshd: PrivateVshd, libvirtd: PrivateLibvirtd) -> None:
    """What is registered for is refused, by whichever call; so are kinds that nobody knows."""
    said = []
    for uri in (libvirtd.uri, vshd.uri()):
        with vsh.connect(uri) as connection:
            domain = connection.domain_define_xml(IDLE)
            found: list[object] = []

            def ask(call: Callable[..., object], *values: object, into: list[object]) -> None:
                try:
                    answer = call(*values)
                except Error as error:
                    into.append((error.code, str(error)))
                else:
                    into.append("registered" if isinstance(answer, int) else answer)

            for event, of in (
                (0, domain), (0, None), (0, domain), (0, None), (1, None), (99, None), (-1, None),
            ):  # fmt: skip
                ask(connection.domain_event_callback_register_any, event, of, into=found)
            ask(connection.domain_event_register, into=found)
            for event in (0, 1, 2, 99):
                ask(connection.domain_event_register_any, event, into=found)
            ask(connection.domain_event_deregister_any, 99, into=found)
            for call in (
                connection.network_event_register_any,
                connection.storage_pool_event_register_any,
                connection.node_device_event_register_any,
                connection.secret_event_register_any,
            ):
                for event in (0, 0, 9):
                    ask(call, event, None, into=found)
            for values in (
                (None, "STOP", 0), (None, "STOP", 0), (None, None, 0), (domain, None, 0),
                (domain, "STOP", 0), (domain, None, 2),
            ):  # fmt: skip
                ask(connection.domain_monitor_event_register, *values, into=found)
            domain.undefine()
            said.append(found)
    assert said[1] == said[0]
    assert (8, "invalid argument: event callback already tracked") in said[1]
