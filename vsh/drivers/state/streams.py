"""The driver's end of a stream whose bytes are in memory."""

from __future__ import annotations

from vsh.errors import InternalError


class Bytes:
    """Bytes to be read from a stream."""

    __slots__ = ("content", "place")

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.place = 0

    def receive(self, size: int) -> bytes:
        """At most so many of the bytes that are left; none at the end."""
        part = self.content[self.place : self.place + size]
        self.place += len(part)
        return part

    def receive_hole(self) -> int:
        """There are no holes."""
        return 0

    def send(self, data: bytes) -> int:
        """Nothing can be written.  Raises InternalError."""
        raise InternalError("stream is not open for writing")

    def send_hole(self, length: int) -> None:
        """Nothing can be written.  Raises InternalError."""
        raise InternalError("stream is not open for writing")

    def finish(self) -> None:
        """The end."""

    def abort(self) -> None:
        """The end, before its time."""
