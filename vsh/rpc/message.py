"""Messages of the wire: a length, six header words and a payload; packed to bytes and cut out of
them.

    length   all bytes of the message, this word too
    program, version, procedure, type, serial, status
    payload  XDR, or raw bytes in a stream

A message that carries file descriptors (``CALL_FILES``, ``REPLY_FILES``) has their number before
the payload, and one byte for each of them behind the message: the bytes that the descriptors
travel with.

``Framer`` takes bytes in whatever pieces they come; ``fault`` is why it takes no more, or None.
What a peer can make it keep is bounded by the longest message that libvirt allows, and grows only
with bytes that have really arrived.
"""

from __future__ import annotations

from _struct import Struct

from vsh.errors import RpcError

CALL, REPLY, EVENT, STREAM, CALL_FILES, REPLY_FILES, HOLE = range(7)
OK, ERROR, CONTINUE = range(3)

LENGTH_SIZE = 4
HEADER_SIZE = 24
MESSAGE_MAX = 33554432
FILES_MAX = 32

_LENGTH = Struct(">I")
_HEADER = Struct(">IIIiiIi")


class Message:
    """One message, its header words as numbers.

    files   how many file descriptors came with it
    """

    __slots__ = ("program", "version", "procedure", "type", "serial", "status", "payload", "files")

    def __init__(
        self,
        program: int,
        version: int,
        procedure: int,
        type: int,
        serial: int,
        status: int = OK,
        payload: bytes = b"",
        files: int = 0,
    ) -> None:
        self.program = program
        self.version = version
        self.procedure = procedure
        self.type = type
        self.serial = serial
        self.status = status
        self.payload = payload
        self.files = files

    def __bytes__(self) -> bytes:
        return pack(
            self.program,
            self.version,
            self.procedure,
            self.type,
            self.serial,
            self.status,
            self.payload,
            self.files,
        )

    def __repr__(self) -> str:
        return (
            f"<message program={self.program:#x} version={self.version} "
            f"procedure={self.procedure} type={self.type} serial={self.serial} "
            f"status={self.status} {len(self.payload)} bytes>"
        )


def pack(
    program: int,
    version: int,
    procedure: int,
    type: int,
    serial: int,
    status: int,
    payload: bytes,
    files: int = 0,
) -> bytes:
    """The bytes of one message.  Raises RpcError if it is longer than a peer would take."""
    if type in (CALL_FILES, REPLY_FILES):
        if files > FILES_MAX:
            raise RpcError(f"Too many FDs to send {files}, expected {FILES_MAX} maximum")
        payload = _LENGTH.pack(files) + payload
    return head(program, version, procedure, type, serial, status, len(payload)) + payload


def head(
    program: int, version: int, procedure: int, type: int, serial: int, status: int, size: int
) -> bytes:
    """What comes before a payload of that size.  Raises RpcError if it is longer than allowed."""
    length = LENGTH_SIZE + HEADER_SIZE + size
    if length - LENGTH_SIZE > MESSAGE_MAX:
        raise RpcError("Unable to encode message payload")
    return _HEADER.pack(length, program, version, procedure, type, serial, status)


SERIAL = slice(20, 24)
"""Where a message has its serial."""


def reply_to(call: bytes, payload: bytes) -> bytes:
    """The bytes of the answer of a call that came as these.  Raises RpcError as ``head`` does."""
    _, program, version, procedure, _, serial, _ = _HEADER.unpack_from(call)
    return head(program, version, procedure, REPLY, serial, OK, len(payload)) + payload


class Framer:
    """Cuts messages out of bytes.  After a fault nothing more is taken: the place is lost."""

    __slots__ = ("_buffer", "_need", "fault")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._need = LENGTH_SIZE
        self.fault: str | None = None

    @property
    def waiting(self) -> int:
        """How many bytes of an unfinished message are kept."""
        return len(self._buffer)

    @property
    def missing(self) -> int:
        """How many bytes are still to come of a message that has begun; 0 where none has."""
        return self._need - len(self._buffer) if self._buffer else 0

    def feed(self, data: bytes) -> list[Message]:
        """The messages that these bytes complete.  Raises RpcError where they are no messages."""
        if self.fault is not None:
            raise RpcError(self.fault)
        buffer = self._buffer
        apart = not buffer and len(data) >= self._need  # the usual: whole messages, kept nowhere
        if not apart:
            buffer += data
        messages: list[Message] = []
        if not apart and len(buffer) < self._need:
            return messages
        try:
            used = self._cut(data if apart else buffer, messages)
        except RpcError as error:
            self.fault = error.detail
            buffer.clear()
            if messages:  # what came whole before the fault is good; ``fault`` tells of the rest
                return messages
            raise
        if apart:
            buffer += data[used:]
        else:
            del buffer[:used]
        return messages

    def _cut(self, buffer: bytes | bytearray, messages: list[Message]) -> int:
        size = len(buffer)
        at = 0
        while size - at >= LENGTH_SIZE:
            (length,) = _LENGTH.unpack_from(buffer, at)
            if length < LENGTH_SIZE:
                raise RpcError(
                    f"packet {length} bytes received from server too small, want {LENGTH_SIZE}"
                )
            if length - LENGTH_SIZE > MESSAGE_MAX:
                raise RpcError(
                    f"packet {length - LENGTH_SIZE} bytes received from server "
                    f"too large, want {MESSAGE_MAX}"
                )
            if length < LENGTH_SIZE + HEADER_SIZE:
                raise RpcError("Unable to decode message header")
            if size - at < length:
                self._need = length
                return at
            fields = _HEADER.unpack_from(buffer, at)
            start = at + LENGTH_SIZE + HEADER_SIZE
            files = 0
            if fields[4] in (CALL_FILES, REPLY_FILES):
                files = _files(buffer, start, at + length)
                start += LENGTH_SIZE
                if size - at < length + files:
                    self._need = length + files
                    return at
            payload = (
                buffer[start : at + length]
                if type(buffer) is bytes
                else bytes(memoryview(buffer)[start : at + length])
            )
            _, program, version, procedure, type_, serial, status = fields
            messages.append(
                Message(program, version, procedure, type_, serial, status, payload, files)
            )
            at += length + files
        self._need = LENGTH_SIZE
        return at


def _files(buffer: bytes | bytearray, start: int, end: int) -> int:
    if end - start < LENGTH_SIZE:
        raise RpcError("Unable to decode number of FDs")
    (files,) = _LENGTH.unpack_from(buffer, start)
    if files > FILES_MAX:
        raise RpcError(f"Received too many FDs {files}, expected {FILES_MAX} maximum")
    return int(files)
