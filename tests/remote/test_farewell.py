"""The good-bye to a far daemon: not awaited by the program, and no error in the daemon's log."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from delay_proxy import DelayProxy

from vsh.main import main
from vsh.rpc.message import CALL, OK, pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from private_libvirtd import PrivateLibvirtd

pytestmark = pytest.mark.libvirtd

DELAY = 0.3
BROKEN = "End of file while reading data"
MARK = "VSH_TEST_FAREWELL"


@pytest.fixture
def far(libvirtd: PrivateLibvirtd, tmp_path: Path) -> Iterator[DelayProxy]:
    """A way to the daemon that is slow."""
    with DelayProxy(tmp_path / "far", libvirtd.socket, DELAY) as proxy:
        yield proxy


def broken(daemon: PrivateLibvirtd) -> int:
    """How many ends of conversations the daemon has complained of."""
    return daemon.log.read_text().count(BROKEN) if daemon.log.exists() else 0


def marked(mark: str) -> list[str]:
    """The processes that were started with a mark in their environment."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and mark.encode() in (entry / "environ").read_bytes():
                found.append(entry.name)
        except OSError:
            continue  # it has gone, or is going
    return found


def test_the_program_ends_before_the_answer_and_the_daemon_is_content(
    libvirtd: PrivateLibvirtd, far: DelayProxy
) -> None:
    libvirtd.virsh("hostname")  # who only looked whether it listens has been complained of
    before, mark = broken(libvirtd), uuid.uuid4().hex
    done = subprocess.run(
        [sys.executable, "-m", "vsh", "-c", f"qemu+unix:///system?socket={far.listen}", "hostname"],
        capture_output=True, text=True, env={**os.environ, MARK: mark},
    )  # fmt: skip
    ended = time.monotonic()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{socket.gethostname()}\n\n"
    far.wait_for_leave()
    assert ended - far.seen[-1] < 2 * DELAY  # the answer was still on its way
    limit = time.monotonic() + 20
    while marked(mark):  # the child that holds the socket; then the daemon has closed it
        assert time.monotonic() < limit
        time.sleep(0.02)
    assert time.monotonic() - far.seen[-1] >= 2 * DELAY
    assert broken(libvirtd) == before


def test_it_needs_no_module_that_costs_more_than_it_gains() -> None:
    program = "import sys; bare = set(sys.modules); import vsh.drivers.remote._farewell as own; "
    program += "print(*sorted(set(sys.modules) - bare))"
    done = subprocess.run(
        [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True
    )
    assert not {"enum", "signal", "threading", "functools"} & set(done.stdout.split())


def test_who_embeds_the_program_gets_no_child(
    far: DelayProxy, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fork() -> int:
        raise AssertionError("a child was made")

    monkeypatch.setattr(os, "fork", fork)
    assert main(["-c", f"qemu+unix:///system?socket={far.listen}", "hostname"]) == 0
    assert capsys.readouterr().out == f"{socket.gethostname()}\n\n"


def test_why_it_takes_a_child(libvirtd: PrivateLibvirtd) -> None:
    """Who says good-bye and goes, whichever way, makes the daemon log an error sooner or later."""
    uri = b"qemu:///system"
    opening = struct.pack(">II", 1, len(uri)) + uri + b"\0" * (-len(uri) % 4) + bytes(4)
    before = broken(libvirtd)
    limit = time.monotonic() + 30
    while broken(libvirtd) == before:
        assert time.monotonic() < limit, "the daemon does not mind: the child is not needed"
        with socket.socket(socket.AF_UNIX) as end:
            end.connect(str(libvirtd.socket))
            for serial, (procedure, payload) in enumerate(((66, b""), (1, opening), (2, b""))):
                end.sendall(pack(0x20008086, 1, procedure, CALL, serial, OK, payload))
                if procedure != 2:
                    size = struct.unpack(">I", end.recv(4, socket.MSG_WAITALL))[0]
                    end.recv(size - 4, socket.MSG_WAITALL)
            end.shutdown(socket.SHUT_WR)
