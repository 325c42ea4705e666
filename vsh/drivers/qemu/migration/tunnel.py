"""A guest that goes through the connection of the two daemons: its QEMU's bytes into a stream."""

from __future__ import annotations

import contextlib
import socket
import threading

from vsh.errors import Error, OperationFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.stream import Stream
    from vsh.drivers.qemu.guest import Guest

NAME = "migrate"
"""What QEMU calls the end that it is sent."""
_PIECE = 256 * 1024 - 24


class Tunnel:
    """The source's end.

    stream  what the destination takes the guest from
    """

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._ours: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._failed: Error | None = None

    def open(self, guest: Guest) -> str:
        """Begin to carry; where QEMU is to write, in its own words.  Raises Error."""
        self._ours, theirs = socket.socketpair()
        with theirs:
            guest.ask("getfd", {"fdname": NAME}, descriptors=[theirs.fileno()])
        self._thread = threading.Thread(target=self._carry, name="vsh-migration", daemon=True)
        self._thread.start()
        return f"fd:{NAME}"

    def _carry(self) -> None:
        assert self._ours is not None
        try:
            while data := self._ours.recv(_PIECE):
                while data:
                    data = data[self._stream.send(data) :]
        except Error as error:
            self._failed = error
        except OSError as error:
            self._failed = OperationFailed(f"migration tunnel: {error.strerror}")
        finally:
            self._ours.close()  # QEMU sees that nobody takes the rest

    def finish(self) -> None:
        """All has been sent.  Raises Error where it has not arrived."""
        assert self._thread is not None
        self._thread.join()
        if self._failed is not None:
            raise self._failed
        self._stream.finish()

    def give_up(self) -> None:
        """Nothing more is sent: QEMU has been told to stop, or has ended."""
        if self._thread is not None:
            assert self._ours is not None
            with contextlib.suppress(OSError):  # the thread may have closed it
                self._ours.shutdown(socket.SHUT_RDWR)
            self._thread.join()
        self._stream.abort()
