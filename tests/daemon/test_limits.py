"""Clients that do not say who they are, or nothing any more; and systemd's journal."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.daemon import doors, log, workers
from vsh.daemon.config import Configuration
from vsh.daemon.log import WARNING, Log
from vsh.daemon.server import Server
from vsh.errors import InvalidArgument
from vsh.rpc import errors
from vsh.rpc.message import CALL, OK, Framer, Message, pack
from vsh.rpc.programs import REMOTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

AUTH_LIST = pack(REMOTE, 1, 66, CALL, 1, OK, b"")


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[Configuration], Path]]:
    """Starts a server in this process with settings; its socket, and what it says in ``said``."""
    running: list[tuple[Server, threading.Thread]] = []

    def start(settings: Configuration) -> Path:
        server = Server(
            lambda client, uri, readonly: vsh.connect(uri, readonly=readonly),
            settings,
            Log(log.INFO, "", f"1:file:{tmp_path}/said"),
        )
        server.doors.listen_unix(f"{tmp_path}/sock", "rw")
        thread = threading.Thread(target=server.run)
        thread.start()
        running.append((server, thread))
        return tmp_path / "sock"

    yield start
    for server, thread in running:
        server.stop()
        thread.join()


def connected(path: Path) -> socket.socket:
    link = socket.socket(socket.AF_UNIX)
    link.connect(str(path))
    link.settimeout(20)
    return link


def test_strangers_wait_and_make_room(
    serve: Callable[[Configuration], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over max_anonymous_clients nobody is sent away: who comes waits until one of those has gone,
    or has said nothing for too long."""
    monkeypatch.setattr(doors, "ANONYMOUS_PATIENCE", 1000)
    settings = Configuration()
    settings.auth_unix_rw, settings.max_anonymous_clients = "sasl", 2
    path = serve(settings)
    with connected(path) as first, connected(path) as second, connected(path) as third:
        for link in (first, second):
            link.sendall(AUTH_LIST)
            assert link.recv(100)
        third.sendall(AUTH_LIST)
        third.settimeout(0.2)
        with pytest.raises(TimeoutError):
            third.recv(100)
        second.close()
        third.settimeout(20)
        assert third.recv(100)
        with connected(path) as fourth:
            monkeypatch.setattr(doors, "ANONYMOUS_PATIENCE", 0)
            third.sendall(AUTH_LIST)  # it looks again
            third.close()
            fourth.sendall(AUTH_LIST)
            assert fourth.recv(100)
            with connected(path) as fifth:
                fifth.sendall(AUTH_LIST)
                assert fifth.recv(100)
            assert first.recv(100) == b""  # the oldest has gone
    assert "it has not said who it is" in (tmp_path / "said").read_text()


def test_one_that_gives_no_sign_of_life(
    serve: Callable[[Configuration], Path], tmp_path: Path
) -> None:
    """It is asked for one, and given up; one that never wanted to be asked stays."""
    settings = Configuration()
    settings.keepalive_interval, settings.keepalive_count = 1, 0
    path = serve(settings)
    with connected(path) as silent, connected(path) as plain:
        silent.sendall(pack(REMOTE, 1, 60, CALL, 1, OK, (10).to_bytes(4, "big")))
        plain.sendall(AUTH_LIST)
        assert plain.recv(100)
        begun = time.monotonic()
        with contextlib.suppress(ConnectionResetError):
            while silent.recv(4096):
                continue
        assert time.monotonic() - begun >= 0.5
        plain.sendall(AUTH_LIST)
        assert plain.recv(100)
    assert "goes: " in (tmp_path / "said").read_text()


def test_the_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its own protocol: a text of several lines is one message; without a journal it is not
    lost."""
    place = tmp_path / "journal"
    monkeypatch.setattr(log, "JOURNAL", str(place))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(str(place))
        journal.settimeout(20)
        told = Log(WARNING, "", "3:journald")
        told.say(WARNING, "daemon.x", "two\nlines")
        said = journal.recv(4096)
        assert said == (
            b"PRIORITY=4\nLIBVIRT_SOURCE=daemon.x\nSYSLOG_IDENTIFIER=vshd\nMESSAGE\n"
            b"\x09\0\0\0\0\0\0\0two\nlines\n"
        )
        told.close()


class NoThread:
    """A thread that the system has no room for, as under a limit of processes."""

    def __init__(self, **_: object) -> None:
        """Whatever it is to do."""

    def start(self) -> None:
        raise RuntimeError("can't start new thread")


def test_no_room_for_a_thread(
    serve: Callable[[Configuration], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls are refused, those that wait too; when there is room again they are answered."""
    settings = Configuration()
    settings.min_workers = settings.prio_workers = 0
    path = serve(settings)
    body = b"\0\0\0\1\0\0\0\x0ftest:///default\0\0\0\0\0"
    openings = [pack(REMOTE, 1, 1, CALL, serial, OK, body) for serial in range(4)]
    with connected(path) as link:
        with monkeypatch.context() as patch:
            patch.setattr(workers, "threading", SimpleNamespace(Thread=NoThread))
            link.sendall(b"".join(openings[:3]))
            framer, found = Framer(), list[Message]()
            while len(found) < 3:
                came = link.recv(1 << 16)
                assert came, (path.parent / "said").read_text()
                found += framer.feed(came)
            for each in found:
                assert "no room for a thread" in str(errors.decode(each.payload))
        link.sendall(openings[3])
        [answer] = framer.feed(link.recv(1 << 16))
        assert answer.status == OK


def test_workers_come_and_go() -> None:
    """The least is there from the start; over a lower limit they end when they have nothing to do,
    and a limit that makes no sense is refused."""
    pool = workers.Workers(2, 4, 1)
    pool.start()
    assert pool.counts[::2] == (2, 1)
    gate, done = threading.Event(), threading.Semaphore(0)

    def job() -> None:
        gate.wait()
        done.release()

    for _ in range(6):
        pool.give(job)
    until = time.monotonic() + 20
    while pool.waiting != 2:
        assert time.monotonic() < until
    assert pool.counts == (4, 0, 1)
    pool.give(done.release, urgent=True)  # the one of its own does it
    assert done.acquire(timeout=20)
    gate.set()
    for _ in range(6):
        assert done.acquire(timeout=20)
    pool.limit(1, 1, 0)
    while pool.counts[::2] != (1, 0):
        assert time.monotonic() < until
    for wrong in ((3, 2), (0, 0)):
        with pytest.raises(InvalidArgument):
            pool.limit(*wrong)
    pool.close()
    assert pool.counts == (0, 0, 0)
