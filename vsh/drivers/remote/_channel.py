"""The far end of a ``Stream``: what is written goes out as packets, what comes waits to be read."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.remote._link import Link
    from vsh.rpc.message import Message
    from vsh.rpc.streams import Stream

UNSENT_MAX = 0
"""Written bytes that may wait here.  What the system keeps for us is enough to stay ahead of the
daemon; a queue of our own, once there is one, would have every packet copied into it."""


class Channel:
    """One open stream of a link."""

    __slots__ = ("link", "stream")

    def __init__(self, link: Link, stream: Stream) -> None:
        self.link = link
        self.stream = stream

    def send(self, data: bytes) -> int:
        """Write; waits while the daemon takes nothing.  Raises what the daemon broke off with."""
        with self.link.lock:
            packets = self.stream.send(data)
        self.link.say(packets, UNSENT_MAX)
        return len(data)

    def receive(self, size: int) -> bytes:
        """What came, at most so much; b"" at the end, and at a hole."""
        while True:
            self.link.wait_for(self._is_ready)
            with self.link.lock:
                if self._at_hole():
                    return b""
                found = self.stream.take(size)
            if isinstance(found, bytes):  # else another thread was faster
                return found

    def ready(self, timeout: float) -> bool:
        """Whether there is something to read, or the end, within so many seconds."""
        return self.link.wait(self._is_ready, timeout)

    def fileno(self) -> int:
        """What to wait at for more, beside other things: it only says when to ask ``ready``."""
        return self.link.duplex.fileno()

    def receive_hole(self) -> int:
        """The length of the hole at this place, which is then behind; 0: there is none."""
        self.link.wait_for(self._is_ready)
        with self.link.lock:
            found = self.stream.take(0) if self._at_hole() else 0
        assert isinstance(found, int)
        return found

    def send_hole(self, length: int) -> None:
        """Skip so many bytes."""
        with self.link.lock:
            packet = self.stream.hole(length)
        self.link.say([packet], UNSENT_MAX)

    def finish(self) -> None:
        """End it well, and wait for the daemon's word that it was well."""
        with self.link.lock:
            packet = self.stream.finish()
        self._end(packet)

    def abort(self) -> None:
        """Give it up."""
        with self.link.lock:
            packet = None if self.stream.closed else self.stream.abort()
        if packet is not None:
            self._end(packet)

    def _is_ready(self) -> bool:
        stream = self.stream
        return bool(stream.chunks or stream.ended or stream.closed)

    def _at_hole(self) -> bool:
        return bool(self.stream.chunks) and isinstance(self.stream.chunks[0], int)

    def _end(self, packet: Message) -> None:
        self.link.say([packet], 0)
        self.link.wait_for(lambda: self.stream.closed)
        if self.stream.error is not None:
            raise self.stream.error
