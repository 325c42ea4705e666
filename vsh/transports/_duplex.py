"""A two-way flow of bytes over a socket that never waits by itself.

The C module ``_socket`` is used, not ``socket``: loading the latter alone costs more than a whole
local call.
"""

from __future__ import annotations

import os
from errno import EAGAIN, EINTR, EIO, ENOBUFS

from vsh.errors import SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _socket import socket as Socket  # noqa: N812


def failure(text: str, number: int) -> SystemFailure:
    """What libvirt says of a failed system call: what was tried, and the system's word for why."""
    return SystemFailure(f"{text}: {os.strerror(number)}")


class Duplex:
    """A connected stream socket.

    secure        nobody else can read or change what goes over it
    passes_files  whether open files can go over it
    gathers       whether several parts can be sent as one (``send_parts``)
    """

    __slots__ = ("_socket", "secure")
    passes_files = False
    gathers = True

    def __init__(self, socket: Socket, *, secure: bool) -> None:
        socket.settimeout(0)
        self._socket = socket
        self.secure = secure

    def fileno(self) -> int:
        """For poll."""
        return self._socket.fileno()

    def send(self, data: bytes | bytearray | memoryview) -> int:
        """How many bytes could be sent now."""
        try:
            return self._socket.send(data)
        except OSError as error:
            number = error.errno or EIO
            if number in (EAGAIN, EINTR, ENOBUFS):
                return 0
            raise self._failed("Cannot write data", number) from None

    def send_parts(self, *parts: bytes) -> int:
        """How many bytes of several parts could be sent now, as if they were one."""
        try:
            return self._socket.sendmsg(parts)
        except OSError as error:
            number = error.errno or EIO
            if number in (EAGAIN, EINTR, ENOBUFS):
                return 0
            raise self._failed("Cannot write data", number) from None

    def make_room(self, size: int) -> None:
        """Long packets follow: have the system keep so many bytes that the peer has not read.

        Sockets of networks grow by themselves as far as the way is long.
        """

    def receive(self, size: int) -> bytes | None:
        """What is there now; None: nothing; b"": the peer has closed."""
        try:
            return self._socket.recv(size)
        except OSError as error:
            number = error.errno or EIO
            if number in (EAGAIN, EINTR):
                return None
            raise self._failed("Cannot recv data", number) from None

    def send_file(self, descriptor: int) -> bool:
        """Give the peer an open file; False: not now."""
        raise NotImplementedError

    def receive_files(self, size: int) -> tuple[bytes | None, list[int]]:
        """As ``receive``, and the open files that came with it."""
        raise NotImplementedError

    def ended(self) -> SystemFailure:
        """What to say when the peer has closed."""
        return self._failed("End of file while reading data", EIO)

    def close(self) -> None:
        """Let go of it.  May be called again."""
        self._socket.close()

    def _failed(self, text: str, number: int) -> SystemFailure:
        """Room for a transport that knows more about the reason."""
        return failure(text, number)
