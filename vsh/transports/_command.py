"""A program that carries the bytes: its standard input and output are the connection.

What the program says on its standard error is why the connection failed, when it fails.
"""

from __future__ import annotations

import os
from _socket import AF_UNIX, SOCK_STREAM, socketpair
from errno import EAGAIN, ECONNRESET, EINTR, EIO, ENOENT

from vsh.errors import SystemFailure
from vsh.transports._duplex import Duplex, failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _socket import socket as Socket  # noqa: N812
    from subprocess import Popen

SAID_MAX = 1024
"""How much of what the program says is told."""

LAST_WORDS = 200
"""Milliseconds to wait for what a program says while it ends."""

GOODBYE = 2.0
"""Seconds that the program has to end after its input has."""


class Piped(Duplex):
    """The flow through a program's standard input and output."""

    gathers = False
    __slots__ = ("_process",)

    def __init__(self, socket: Socket, process: Popen[bytes], *, secure: bool) -> None:
        super().__init__(socket, secure=secure)
        self._process = process

    def send(self, data: bytes | bytearray | memoryview) -> int:
        """How many bytes the program could take now."""
        try:
            return self._socket.send(data)
        except OSError as error:
            if error.errno in (EAGAIN, EINTR):
                return 0
            # It ended without having read: told as libvirt tells it, by what it would have read.
            raise self._failed("Cannot recv data", ECONNRESET) from None

    def close(self) -> None:
        """Let go of it, and of the program."""
        super().close()
        if self._process.stderr is not None:
            self._process.stderr.close()
        if self._process.returncode is None:
            from subprocess import TimeoutExpired

            try:
                self._process.wait(GOODBYE)
            except TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _failed(self, text: str, number: int) -> SystemFailure:
        return failure(f"{text}: {self._said()}", number)  # libvirt's two colons where it is silent

    def _said(self) -> str:
        """The end of what the program said on its standard error."""
        if self._process.stderr is None or self._process.stderr.closed:
            return ""
        from select import POLLIN, poll

        from vsh.rpc.errors import printable

        waiting = poll()
        waiting.register(self._process.stderr, POLLIN)
        raw = b""
        while len(raw) < SAID_MAX and waiting.poll(LAST_WORDS):
            more = os.read(self._process.stderr.fileno(), SAID_MAX - len(raw))
            if not more:
                break
            raw += more
        return printable(raw.decode("utf-8", "replace").rstrip())


def run(command: list[str], *, secure: bool, leave: tuple[str, ...] = ()) -> Piped:
    """Start the program.  Raises SystemFailure if there is none.

    leave   variables of the environment that the program does not get
    """
    from subprocess import PIPE, Popen

    near, far = socketpair(AF_UNIX, SOCK_STREAM)
    environment = {name: value for name, value in os.environ.items() if name not in leave}
    try:
        process = Popen(
            command, stdin=far.fileno(), stdout=far.fileno(), stderr=PIPE, env=environment
        )
    except OSError as error:
        near.close()
        if error.errno == ENOENT:
            raise failure(f"Cannot find '{command[0]}' in path", ENOENT) from None
        raise failure(f"Cannot run '{command[0]}'", error.errno or EIO) from None
    except BaseException:
        near.close()
        raise
    finally:
        far.close()
    return Piped(near, process, secure=secure)
