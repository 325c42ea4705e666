"""A conversation on D-Bus: texts sent to a method, and what comes (D-Bus Specification)."""

from __future__ import annotations

import socket
import struct

BUS = "org.freedesktop.DBus"
CALL, RETURN, ERROR, SIGNAL = 1, 2, 3, 4
PATH, INTERFACE, MEMBER, REPLY, DESTINATION, SENDER, SIGNATURE = 1, 2, 3, 5, 6, 7, 8
_FIXED = struct.Struct("<4B3I")
_PATIENCE = 5.0


class Message:
    """One message: kind, serial, fields by number, body, and files that came with it."""

    def __init__(self, kind: int, fields: dict[int, str | int], body: bytes = b"") -> None:
        self.kind = kind
        self.fields = fields
        self.body = body
        self.serial = 0
        self.files: list[int] = []

    def data(self, serial: int) -> bytes:
        """Its bytes."""
        found = b""
        for number, value in self.fields.items():
            found += bytes(-len(found) % 8)
            if isinstance(value, int):
                found += struct.pack("<B3sI", number, b"\1u\0", value)
            elif number == SIGNATURE:
                found += struct.pack("<B3sB", number, b"\1g\0", len(value)) + value.encode() + b"\0"
            else:
                kind = b"\1o\0" if number == PATH else b"\1s\0"
                found += struct.pack("<B3s", number, kind) + _text(value)
        head = _FIXED.pack(ord("l"), self.kind, 0, 1, len(self.body), serial, len(found))
        return head + found + bytes(-len(found) % 8) + self.body


def _text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<I", len(data)) + data + b"\0"


def texts(*values: str) -> bytes:
    """The body of texts."""
    body = b""
    for value in values:
        body += bytes(-len(body) % 4) + _text(value)
    return body


def first_text(body: bytes) -> str:
    """The text that a body begins with."""
    length = int.from_bytes(body[:4], "little")
    return body[4 : 4 + length].decode("utf-8", "replace")


def _read_fields(data: bytes) -> dict[int, str | int]:
    """The fields of a header that have a text or a number."""
    found: dict[int, str | int] = {}
    at = 0
    while at < len(data):
        at += -at % 8
        number, kind = data[at], data[at + 2 : at + 3]
        at += 4
        if kind == b"g":
            length = data[at]
            at += 1
        elif kind in (b"o", b"s", b"u"):
            at += -at % 4
            length = int.from_bytes(data[at : at + 4], "little")
            at += 4
            if kind == b"u":
                found[number] = length
                continue
        else:
            break  # none that a bus sends
        found[number] = data[at : at + length].decode("utf-8", "replace")
        at += length + 1
    return found


class Bus:
    """A conversation with a bus.  Raises OSError where it ends."""

    def __init__(self, path: str) -> None:
        self.link = socket.socket(socket.AF_UNIX)
        self._serial = 0
        self._data = b""
        self._files: list[int] = []
        self.kept: list[Message] = []
        try:
            self.link.settimeout(_PATIENCE)
            self.link.connect(path)
            self.link.sendall(b"\0AUTH EXTERNAL\r\nDATA\r\nNEGOTIATE_UNIX_FD\r\nBEGIN\r\n")
            lines = b""
            while lines.count(b"\r\n") < 3:
                more = self.link.recv(1)
                if not more:
                    raise ConnectionError("the bus has hung up")
                lines += more
            if b"OK " not in lines:
                raise ConnectionError(f"the bus said {lines.decode('ascii', 'replace').strip()!r}")
            self.call("Hello")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Hang up."""
        self.link.close()

    def send(self, message: Message) -> int:
        """Send a message; its serial."""
        self._serial += 1
        self.link.sendall(message.data(self._serial))
        return self._serial

    def call(
        self,
        member: str,
        *values: str,
        at: tuple[str, str, str] = (BUS, "/org/freedesktop/DBus", BUS),
    ) -> Message:
        """Call a method with texts, of the bus or of somebody on it; the answer.

        at  name, path and interface

        Raises OSError, for an error that is answered, too.
        """
        name, path, interface = at
        fields: dict[int, str | int] = {
            PATH: path, MEMBER: member, DESTINATION: name, INTERFACE: interface,
        }  # fmt: skip
        if values:
            fields[SIGNATURE] = "s" * len(values)
        serial = self.send(Message(CALL, fields, texts(*values)))
        while True:
            found = self.next()
            if found.fields.get(REPLY) != serial:
                self.kept.append(found)
            elif found.kind == ERROR:
                raise OSError(f"{member}: {first_text(found.body)}")
            else:
                return found

    def listen(self) -> None:
        """Keep all that has come, one message at least."""
        found: Message | None = self.next()
        while found is not None:
            self.kept.append(found)
            found = self._whole()

    def next(self) -> Message:
        """The next message that comes."""
        while True:
            found = self._whole()
            if found is not None:
                return found
            data, files, _, _ = socket.recv_fds(self.link, 1 << 16, 4)
            self._files += files
            if not data:
                raise ConnectionError("the bus has hung up")
            self._data += data

    def _whole(self) -> Message | None:
        if len(self._data) < _FIXED.size:
            return None
        order, kind, _, _, body, serial, fields = _FIXED.unpack_from(self._data)
        if order != ord("l"):
            raise ConnectionError("a message in another order of bytes")
        start = _FIXED.size + fields + -fields % 8
        if len(self._data) < start + body:
            return None
        whole, self._data = self._data[: start + body], self._data[start + body :]
        known = _read_fields(whole[_FIXED.size : _FIXED.size + fields])
        found = Message(kind, known, whole[start:])
        found.serial = serial
        found.files, self._files = self._files, []
        return found


def path(address: str) -> str:
    """The path in a bus's address; "" where it has another kind of place."""
    for part in address.partition(",")[0].split(";"):
        if part.startswith("unix:path="):
            return part.removeprefix("unix:path=")
    return ""
