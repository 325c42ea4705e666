"""The slow link of the benchmarks: late by what it was told, in order, and counting calls."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
from delay_proxy import HEADER, DelayProxy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REMOTE, KEEPALIVE = 0x20008086, 0x6B656570
CALL, MESSAGE = 0, 2
DELAY = 0.05


def message(program: int, procedure: int, kind: int, body: bytes = b"") -> bytes:
    return HEADER.pack(HEADER.size + len(body), program, 1, procedure, kind, 0, 0) + body


@pytest.fixture
def echo(tmp_path: Path) -> Iterator[Path]:
    """A server that sends back what comes, to one client."""
    path = tmp_path / "echo"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen(1)

        def answer() -> None:
            with server.accept()[0] as client:
                while piece := client.recv(4096):
                    client.sendall(piece)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield path
        thread.join(5)
        assert not thread.is_alive()


def test_late_and_counted(echo: Path, tmp_path: Path) -> None:
    sent = (
        message(REMOTE, 66, CALL)
        + message(KEEPALIVE, 1, MESSAGE)
        + message(REMOTE, 1, CALL, b"body")
    )
    with (
        DelayProxy(tmp_path / "slow", echo, DELAY) as proxy,
        socket.socket(socket.AF_UNIX) as client,
    ):
        client.connect(proxy.listen)
        begun = time.monotonic()
        client.sendall(sent[:40])  # the second message is cut
        client.sendall(sent[40:])
        client.shutdown(socket.SHUT_WR)
        received = b""
        while piece := client.recv(4096):
            received += piece
        taken = time.monotonic() - begun
        assert received == sent
        assert proxy.calls == [(REMOTE, 66), (REMOTE, 1)]
    assert 2 * DELAY <= taken < 2 * DELAY + 1


def test_the_socket_goes_with_it(tmp_path: Path) -> None:
    with (
        DelayProxy(tmp_path / "slow", tmp_path / "nothing here", 0),
        socket.socket(socket.AF_UNIX) as client,
    ):
        client.connect(str(tmp_path / "slow"))
        assert client.recv(1) == b""  # nobody behind it: closed at once
    assert not (tmp_path / "slow").exists()
