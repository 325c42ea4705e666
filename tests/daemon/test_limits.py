"""Clients that do not say who they are, or nothing any more; and systemd's journal."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

import vsh
from vsh.daemon import doors, log
from vsh.daemon.config import Configuration
from vsh.daemon.log import WARNING, Log
from vsh.daemon.server import Server
from vsh.rpc.message import CALL, OK, pack
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
