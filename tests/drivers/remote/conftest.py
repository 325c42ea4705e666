"""A daemon of the tests' own, on a real socket: it does what a test says, the hostile too."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from vsh.api.connection import Connection
from vsh.drivers.remote import remote
from vsh.errors import Error
from vsh.rpc.codec import wire
from vsh.rpc.programs import AUTH_LIST, CONNECT_CLOSE, CONNECT_OPEN, LXC, QEMU, REMOTE
from vsh.rpc.session import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from vsh.api._call import Call
    from vsh.drivers.remote import Remote
    from vsh.rpc.message import Message


class FakeDaemon:
    """Serves one client after the other in a thread.

    answers   what to do with a call, by program and procedure: a function of (daemon, call), which
              replies by ``daemon.reply`` and friends, or does not
    asked     the calls that came, as (program, procedure)
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.answers: dict[tuple[int, int], Callable[[FakeDaemon, Message], None]] = {
            (REMOTE, AUTH_LIST): lambda daemon, call: daemon.session.reply(call, bytes(4)),
            (REMOTE, CONNECT_OPEN): lambda daemon, call: daemon.session.reply(call),
            (REMOTE, CONNECT_CLOSE): lambda daemon, call: daemon.session.reply(call),
        }
        self.asked: list[tuple[int, int]] = []
        self.opened: list[bytes] = []
        self.session = Server({REMOTE, QEMU, LXC})
        self.peer = socket.socket()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._stopping = False
        self._sending = threading.Lock()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def uri(self) -> str:
        return f"qemu+unix:///system?socket={self.path}"

    def on(self, call: Call, act: Callable[[FakeDaemon, Message], None]) -> None:
        """What to do with a call of the API."""
        from vsh.rpc.programs import NUMBERS

        self.answers[NUMBERS[call.program], call.number] = act

    def give(self, call: Call, value: object) -> None:
        """Answer a call of the API with a value, always."""
        payload, _ = wire(call).encode_ret(value)
        self.on(call, lambda daemon, message: daemon.session.reply(message, payload))

    def flush(self) -> None:
        """Send what is to be sent; a test may reply beside the thread that serves."""
        with self._sending:
            while self.session.outgoing and not self._stopping:
                with contextlib.suppress(TimeoutError):  # the client has other things to do
                    self.session.sent(self.peer.send(bytes(self.session.outgoing)))

    def hang_up(self) -> None:
        self.peer.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        self._stopping = True
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(10)
        self._listener.close()
        self.peer.close()
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            self.peer.close()
            self.peer = peer
            self.session = Server({REMOTE, QEMU, LXC})
            self._talk(peer)

    def _talk(self, peer: socket.socket) -> None:
        peer.settimeout(0.05)
        while not self._stopping:
            try:
                data = peer.recv(1 << 16)
            except TimeoutError:
                continue
            except OSError:
                return
            if not data:
                return
            try:
                for message in self.session.feed(data):
                    self._handle(message)
                self.flush()
            except (OSError, Error):
                return

    def _handle(self, message: Message) -> None:
        key = (message.program, message.procedure)
        if message.type in (0, 4):
            self.asked.append(key)
        if key == (REMOTE, CONNECT_OPEN):
            self.opened.append(message.payload)
        act = self.answers.get(key)
        if act is None:
            self.session.unknown_procedure(message)
        else:
            act(self, message)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[FakeDaemon]:
    """A daemon that knows the handshake, and what the test teaches it."""
    fake = FakeDaemon(tmp_path / "sock")
    yield fake
    fake.stop()


@pytest.fixture
def driver(daemon: FakeDaemon) -> Iterator[Remote]:
    """A driver that is connected to ``daemon``."""
    opened = remote(daemon.uri)
    yield opened
    opened.close()


@pytest.fixture
def connection(driver: Remote) -> Connection:
    return Connection(driver)
