"""Descriptors that a driver hands to a client, in the midst of other answers."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.api.connection import Connection
from vsh.daemon.server import Server
from vsh.drivers import test as in_memory
from vsh.errors import NoSupport

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any


def open_one(client: Any, uri: str, *, readonly: bool) -> Connection:
    """The test driver, which cannot open a display: here it gives one end of a pipe."""
    driver = in_memory.test(uri)
    part = driver.part("domain.devices")

    def open_graphics_fd(domain: Any, idx: int, flags: int = 0) -> int:
        if idx > 7:
            raise NoSupport("virDomainOpenGraphicsFD")
        reading, writing = os.pipe()
        os.write(writing, b"display %d" % idx)
        os.close(writing)
        return reading

    part.open_graphics_fd = open_graphics_fd
    return Connection(driver, uri)


@pytest.fixture
def uri(tmp_path: Path) -> Iterator[str]:
    server = Server(open_one)
    server.doors.listen_unix(f"{tmp_path}/sock", "rw")
    thread = threading.Thread(target=server.run)
    thread.start()
    yield f"test+unix:///default?socket={tmp_path}/sock"
    server.stop()
    thread.join(10)


def test_each_descriptor_comes_with_its_answer(uri: str) -> None:
    """Eight threads ask for displays and for states; nothing is mixed up, nothing stays open."""
    faults: list[object] = []
    with vsh.connect(uri) as connection:
        domain = connection.domain_lookup_by_name("test")

        def ask(number: int) -> None:
            for _ in range(30):
                got = domain.open_graphics_fd(number)
                said = os.read(got, 100)
                os.close(got)
                if said != b"display %d" % number or domain.get_state().state != 1:
                    faults.append((number, said))

        before = len(os.listdir("/proc/self/fd"))
        threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []
        with pytest.raises(NoSupport):
            domain.open_graphics_fd(8)
        assert len(os.listdir("/proc/self/fd")) == before


def test_procedures_and_programs_that_are_not_there(uri: str) -> None:
    """Numbers of events, numbers never given, wrong programs and versions: as libvirtd says it."""
    import socket

    from vsh.rpc import errors
    from vsh.rpc.message import CALL, ERROR, OK, Framer, Message, pack
    from vsh.rpc.programs import REMOTE

    path = uri.partition("socket=")[2]
    asked = [
        (REMOTE, 1, 107, "unknown procedure: 107"),
        (REMOTE, 1, 457, "unknown procedure: 457"),
        (REMOTE, 1, 0, "unknown procedure: 0"),
        (REMOTE, 2, 1, f"Cannot find program {REMOTE} version 2"),
        (1234, 1, 1, "Cannot find program 1234 version 1"),
    ]
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(path)
        framer = Framer()
        for serial, (program, version, procedure, text) in enumerate(asked):
            client.sendall(pack(program, version, procedure, CALL, serial, OK, b""))
            found: list[Message] = []
            while not found:
                found = framer.feed(client.recv(65536))
            [message] = found
            assert (message.serial, message.status) == (serial, ERROR)
            assert text in str(errors.decode(message.payload))
