"""A stream in an event loop: bytes that go beside the calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from vsh.errors import NoSupport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from typing import Self

    from vsh.aio._link import Link
    from vsh.aio.connection import Connection
    from vsh.rpc import streams

UNSENT_MAX = 1 << 21
"""Written bytes that may wait before the writer does."""


class Channel(Protocol):
    """The driver's end of a stream."""

    async def send(self, data: bytes) -> int: ...
    async def receive(self, size: int) -> bytes: ...
    async def send_hole(self, length: int) -> None: ...
    async def receive_hole(self) -> int: ...
    async def finish(self) -> None: ...
    async def abort(self) -> None: ...


class Stream:
    """One stream.  Made empty, given to the call that uses it, then read or written.

        async with connection.stream() as stream:
            await volume.download(stream, 0, 0)
            async for chunk in stream:
                ...

    It is finished at the end of ``async with``, or aborted where that ends with an exception.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.channel: Channel | None = None

    def _open(self, api: str) -> Channel:
        if self.channel is None:
            raise NoSupport(api)
        return self.channel

    async def send(self, data: bytes) -> int:
        """Write bytes; how many were taken."""
        return await self._open("virStreamSend").send(data)

    async def receive(self, size: int = 262120) -> bytes:
        """At most so many bytes; none at the end.  At a hole too: ask ``receive_hole``."""
        return await self._open("virStreamRecv").receive(size)

    async def send_hole(self, length: int) -> None:
        """Skip that many bytes, which read as zeros."""
        await self._open("virStreamSendHole").send_hole(length)

    async def receive_hole(self) -> int:
        """The length of the hole at this place, 0 if there is none."""
        return await self._open("virStreamRecvHole").receive_hole()

    async def finish(self) -> None:
        """End the stream well.  Raises the other side's error if it has one."""
        await self._open("virStreamFinish").finish()

    async def abort(self) -> None:
        """End the stream before its time."""
        await self._open("virStreamAbort").abort()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """What comes until the end; a hole is as many zeros, some of them at a time."""
        while True:
            data = await self.receive()
            if data:
                yield data
                continue
            hole = await self.receive_hole()
            if not hole:
                return
            while hole:
                size = min(hole, 262120)
                yield bytes(size)
                hole -= size

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: object, *reason: object) -> None:
        if self.channel is not None:
            if kind is None:
                await self.finish()
            else:
                await self.abort()


class LinkChannel:
    """One open stream of a link to a daemon."""

    def __init__(self, link: Link, stream: streams.Stream) -> None:
        self.link = link
        self.stream = stream

    async def send(self, data: bytes) -> int:
        await self.link.say(self.stream.send(data), UNSENT_MAX)
        return len(data)

    async def receive(self, size: int) -> bytes:
        while True:
            await self.link.until(self._is_ready)
            if self._at_hole():
                return b""
            found = self.stream.take(size)
            self.link.regulate()
            if isinstance(found, bytes):
                return found

    async def send_hole(self, length: int) -> None:
        await self.link.say([self.stream.hole(length)], UNSENT_MAX)

    async def receive_hole(self) -> int:
        await self.link.until(self._is_ready)
        found = self.stream.take(0) if self._at_hole() else 0
        assert isinstance(found, int)
        return found

    async def finish(self) -> None:
        await self._end(abort=False)

    async def abort(self) -> None:
        if not self.stream.closed:
            await self._end(abort=True)

    async def _end(self, *, abort: bool) -> None:
        packet = self.stream.abort() if abort else self.stream.finish()
        await self.link.say([packet], 0)
        await self.link.until(lambda: self.stream.closed)
        if self.stream.error is not None:
            raise self.stream.error

    def _is_ready(self) -> bool:
        stream = self.stream
        return bool(stream.chunks or stream.ended or stream.closed)

    def _at_hole(self) -> bool:
        return bool(self.stream.chunks) and isinstance(self.stream.chunks[0], int)
