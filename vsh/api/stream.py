"""A stream: bytes that go beside the calls, to or from a volume, a console, a screenshot."""

from __future__ import annotations

from vsh.errors import NoSupport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol, Self

    from vsh.api.connection import Connection

    class Channel(Protocol):
        """A driver's end of a stream; its methods are those of ``Stream``."""

        def send(self, data: bytes) -> int: ...
        def receive(self, size: int) -> bytes: ...
        def send_hole(self, length: int) -> None: ...
        def receive_hole(self) -> int: ...
        def finish(self) -> None: ...
        def abort(self) -> None: ...


class Stream:
    """One stream.  Made empty, given to the call that uses it, then read or written.

    ``channel`` is the driver's end, set by the driver when the call that opens the stream succeeds.

    As a context manager a stream is finished at the end of ``with``, or aborted where that ends
    with an exception.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.channel: Channel | None = None

    def _open(self, api: str) -> Channel:
        if self.channel is None:
            raise NoSupport(api)
        return self.channel

    def send(self, data: bytes) -> int:
        """Write bytes; how many were taken."""
        return self._open("virStreamSend").send(data)

    def receive(self, size: int = 262120) -> bytes:
        """At most so many bytes; none at the end.  At a hole too: ask ``receive_hole``."""
        return self._open("virStreamRecv").receive(size)

    def send_hole(self, length: int) -> None:
        """Skip that many bytes, which read as zeros."""
        self._open("virStreamSendHole").send_hole(length)

    def receive_hole(self) -> int:
        """The length of the hole at this place, 0 if there is none."""
        return self._open("virStreamRecvHole").receive_hole()

    def finish(self) -> None:
        """End the stream well.  Raises the other side's error if it has one."""
        self._open("virStreamFinish").finish()

    def abort(self) -> None:
        """End the stream before its time."""
        self._open("virStreamAbort").abort()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *reason: object) -> None:
        if self.channel is not None:
            if kind is None:
                self.finish()
            else:
                self.abort()
