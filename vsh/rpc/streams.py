"""One stream: raw data in both directions beside the calls, from the call that opened it to its
end.

A packet with data continues it; an empty one is the end of what the peer has to say.  The client
ends it with ``finish`` or ``abort``, which the server confirms or refuses; until then data may
still come. A server that fails ends it with an error at any moment.  Holes are runs of zeroes that
are told instead of sent; they come only on streams opened as sparse.

No bytes are sent here: each act returns the message to queue.
"""

from __future__ import annotations

from _struct import Struct

from vsh.errors import Error, OperationFailed, RpcError
from vsh.rpc import errors
from vsh.rpc.message import CONTINUE, ERROR, HOLE, OK, STREAM, Message

_HOLE = Struct(">qI")

DATA_MAX = 262120
"""What an old peer takes in one packet."""

KEPT_MAX = 64 * 1024 * 1024
"""What may wait here unread: a peer that sends more into a stream that nobody reads is cut off."""

CHUNK_COST = 64
"""What keeping one piece costs beside its bytes; counted, as pieces may be of one byte."""


class Stream:
    """The state of one stream.

    serves   this is the server's side
    chunks   what came and was not read: bytes, or an int for a hole of that length
    ended    the peer has no more to say
    closing  "finish" or "abort": the client has asked for it; None: it has not
    closed   it is over: finished, aborted or failed
    error    why it failed
    """

    __slots__ = (
        "program",
        "version",
        "procedure",
        "serial",
        "sparse",
        "serves",
        "chunks",
        "ended",
        "closing",
        "closed",
        "error",
        "_kept",
    )

    def __init__(
        self,
        program: int,
        version: int,
        procedure: int,
        serial: int,
        *,
        sparse: bool = False,
        serves: bool = False,
    ) -> None:
        self.program = program
        self.version = version
        self.procedure = procedure
        self.serial = serial
        self.sparse = sparse
        self.serves = serves
        self.chunks: list[bytes | int] = []
        self.ended = False
        self.closing: str | None = None
        self.closed = False
        self.error: Error | None = None
        self._kept = 0

    @property
    def kept(self) -> int:
        """What waits here unread, in bytes with what keeping them costs."""
        return self._kept

    # ------------------------------------------------------------------ what this side does

    def send(self, data: bytes) -> list[Message]:
        """The packets for some data."""
        self._check()
        return [
            self._packet(STREAM, CONTINUE, data[at : at + DATA_MAX])
            for at in range(0, len(data), DATA_MAX)
        ]

    def hole(self, length: int) -> Message:
        """The packet for a run of zeroes."""
        self._check()
        if not self.sparse:
            raise OperationFailed("Holes are not supported with this stream")
        return self._packet(HOLE, CONTINUE, _HOLE.pack(length, 0))

    def finish(self) -> Message:
        """The packet that ends it well; the peer confirms, or says what went wrong."""
        self._check()
        self.closing = "finish"
        return self._packet(STREAM, OK, b"")

    def abort(self) -> Message:
        """The packet that gives it up; the peer confirms."""
        self._check()
        self.closing = "abort"
        return self._packet(STREAM, ERROR, b"")

    def confirm(self) -> Message:
        """The server's consent to the end that the client asked for."""
        self.closed = True
        return self._packet(STREAM, OK, b"")

    def refuse(self, error: Error) -> Message:
        """The server's word that it went wrong."""
        self.closed = True
        return self._packet(STREAM, ERROR, errors.encode(error))

    def take(self, size: int) -> bytes | int | None:
        """Up to ``size`` bytes that came, or the rest of a hole; b"" at the end; None: not yet."""
        if not self.chunks:
            if self.error is not None:
                raise self.error
            return b"" if self.ended or self.closed else None
        chunk = self.chunks[0]
        if isinstance(chunk, int) or len(chunk) <= size:
            self.chunks.pop(0)
            if not isinstance(chunk, int):
                self._kept -= len(chunk) + CHUNK_COST
            return chunk
        self.chunks[0] = chunk[size:]
        self._kept -= size
        return chunk[:size]

    # ------------------------------------------------------------------ what the peer does

    def receive(self, message: Message) -> None:
        """Take one packet of the peer's.  Raises RpcError where the peer breaks the rules."""
        if self.closed:
            return
        if message.status in (OK, ERROR):
            self._receive_end(message)
        elif message.status != CONTINUE:
            raise RpcError(f"Unexpected message status {message.status}")
        elif message.type == HOLE:
            self._receive_hole(message.payload)
        elif not message.payload:
            self.ended = True
        else:
            self._receive_data(message.payload)

    def _receive_end(self, message: Message) -> None:
        if self.serves:
            self.ended = True
            self.closing = "finish" if message.status == OK else "abort"
            return
        if message.status == ERROR:
            self.error = (
                errors.decode(message.payload)
                if message.payload
                else OperationFailed("stream aborted by the daemon")
            )
        elif self.closing is None:
            raise RpcError("Unexpected stream finish confirmation")
        self.closed = True

    def _receive_data(self, data: bytes) -> None:
        self._kept += len(data) + CHUNK_COST
        if self._kept > KEPT_MAX:
            raise RpcError(f"more than {KEPT_MAX} bytes of stream data wait unread")
        self.chunks.append(data)

    def _receive_hole(self, payload: bytes) -> None:
        if not self.sparse:
            raise RpcError("Unexpected stream hole")
        if len(payload) != _HOLE.size:
            raise RpcError("Malformed stream hole packet")
        length, flags = _HOLE.unpack(payload)
        if length <= 0 or flags:
            raise RpcError("Malformed stream hole packet")
        if self.chunks and isinstance(self.chunks[-1], int):
            self.chunks[-1] += length  # so that a peer of holes only cannot make us keep them
        else:
            self.chunks.append(length)

    def fail(self, error: Error) -> None:
        """The connection is gone."""
        if not self.closed:
            self.closed = True
            self.error = error

    # ------------------------------------------------------------------ within

    def _check(self) -> None:
        if self.error is not None:
            raise self.error
        if self.closed or self.closing is not None:
            raise OperationFailed("stream is closed")

    def _packet(self, type: int, status: int, payload: bytes) -> Message:
        return Message(
            self.program, self.version, self.procedure, type, self.serial, status, payload
        )
