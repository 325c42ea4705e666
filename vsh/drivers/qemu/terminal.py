"""The driver's end of a stream to a guest's console or channel: a terminal, or a UNIX socket."""

from __future__ import annotations

import errno
import os
import select
import socket
import threading
import tty

from vsh.errors import OperationFailed, RpcError, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class Terminal:
    """Bytes to and from a guest.

    done  called once when the stream is over
    """

    def __init__(self, descriptor: int, done: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._done = done
        self._lock = threading.Lock()
        self._ears, self._tap = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._over = False
        self._taken = False

    def receive(self, size: int) -> bytes:
        """What the guest says, as soon as it says something; b"" when the stream is over.

        Raises RpcError where somebody else has taken it.
        """
        while not self._over:
            poll = select.poll()
            poll.register(self._descriptor, select.POLLIN)
            poll.register(self._ears, select.POLLIN)
            ready = {number for number, _ in poll.poll()}
            if self._ears in ready:
                break
            try:
                return os.read(self._descriptor, size)
            except BlockingIOError:
                continue
            except OSError as error:
                if error.errno == errno.EIO:  # the guest's end is closed: it has stopped
                    return b""
                raise SystemFailure(f"cannot read from stream: {error.strerror}") from None
        if self._taken:
            raise RpcError("stream had I/O failure")
        return b""

    def receive_hole(self) -> int:
        """There are no holes."""
        return 0

    def send(self, data: bytes) -> int:
        """Say something to the guest; gives how many bytes were taken."""
        while not self._over:
            poll = select.poll()
            poll.register(self._descriptor, select.POLLOUT)
            poll.register(self._ears, select.POLLIN)
            poll.poll()
            try:
                return os.write(self._descriptor, data)
            except BlockingIOError:
                continue
            except OSError as error:
                raise SystemFailure(f"cannot write to stream: {error.strerror}") from None
        raise OperationFailed("stream is closed")

    def send_hole(self, length: int) -> None:
        """Nothing can be left out.  Raises OperationFailed."""
        raise OperationFailed("Holes are not supported with this stream")

    def finish(self) -> None:
        """The end."""
        with self._lock:
            if self._over:
                return
            self._over = True
        os.write(self._tap, b"\0")  # who waits in ``receive`` wakes up
        os.close(self._descriptor)
        self._done()

    def abort(self) -> None:
        """The end, before its time."""
        self.finish()

    def take_away(self) -> None:
        """The end, for somebody else: who waits for the guest is told so."""
        self._taken = True
        self.finish()


def open_terminal(path: str, done: Callable[[], None]) -> Terminal:
    """A stream to a terminal of this host.  Raises SystemFailure."""
    try:
        flags = os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC
        descriptor = os.open(path, flags)
        tty.setraw(descriptor)
    except OSError as error:
        raise SystemFailure(f"cannot open {path}: {error.strerror}") from None
    return Terminal(descriptor, done)


def open_socket(path: str, done: Callable[[], None]) -> Terminal:
    """A stream to a UNIX socket of this host.  Raises SystemFailure."""
    end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        end.connect(path)
    except OSError as error:
        end.close()
        raise SystemFailure(f"cannot connect to {path}: {error.strerror}") from None
    end.settimeout(0)
    return Terminal(end.detach(), done)
