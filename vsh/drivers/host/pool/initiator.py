"""An iSCSI initiator (RFC 7143) that does what pools of type iscsi-direct need, and no more.

One connection, one command at a time, without digests; logs in as anybody or by CHAP.
"""

from __future__ import annotations

import os
import socket
import struct

from vsh.errors import InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

_TIMEOUT = 30.0
_LOGIN, _TEXT, _COMMAND, _DATA_OUT, _LOGOUT, _NOP_OUT = 0x03, 0x04, 0x01, 0x05, 0x06, 0x00
_LOGIN_REPLY, _TEXT_REPLY, _REPLY, _DATA_IN, _READY, _NOP_IN = 0x23, 0x24, 0x21, 0x25, 0x31, 0x20
_SECURITY, _OPERATIONAL, _FULL = 0, 1, 3
_NO_TAG = 0xFFFFFFFF
_SEGMENT = 8192  # bytes of data in a packet: what every target takes
_CHECK_CONDITION = 2
_ATTENTION = 6


class Session:
    """A session with one target, or for finding targets.

    portal     the address and port of the server
    initiator  our name
    target     whose disks; None to ask which targets there are
    user       name and password for CHAP, or None

    Raises InternalError from everything.
    """

    def __init__(
        self,
        portal: tuple[str, int],
        initiator: str,
        target: str | None,
        user: tuple[str, bytes] | None = None,
    ) -> None:
        self._user = user
        self._tag = 1
        self._number = 1  # CmdSN
        self._expected = 1  # the next StatSN
        self._session = os.urandom(5)
        try:
            self._socket = socket.create_connection(portal, _TIMEOUT)
        except OSError as error:
            raise InternalError(f"Failed to connect: {error.strerror or error}") from None
        try:
            self._log_in(initiator, target)
        except BaseException:
            self._socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *details: object) -> None:
        try:
            self._send(_LOGOUT | 0x40, 0x80, bytes(8), struct.pack(">I", self._next()))
            self._receive()
        except InternalError:
            pass
        finally:
            self._socket.close()

    # ---- what is asked

    def targets(self) -> list[str]:
        """The names of the server's targets."""
        text = _joined({"SendTargets": "All"})
        self._send(_TEXT, 0x80, bytes(8), struct.pack(">II", self._next(), _NO_TAG), text)
        _, _, data = self._wanted(_TEXT_REPLY)
        return [value for key, value in _pairs(data) if key == "TargetName"]

    def units(self) -> list[int]:
        """The numbers of the target's units."""
        data = self.command(0, struct.pack(">BxBxxxIxx", 0xA0, 0, 8192), 8192)
        length = int.from_bytes(data[:4], "big")
        numbers = (data[at : at + 2] for at in range(8, 8 + length, 8))
        return [int.from_bytes(number, "big") & 0x3FFF for number in numbers]

    def size(self, unit: int) -> tuple[int, int]:
        """Blocks of a disk and bytes of each; (0, 0) for what is no disk."""
        self._ready(unit)
        if self.command(unit, struct.pack(">BBBHB", 0x12, 0, 0, 64, 0), 64)[0] & 0x1F:
            return 0, 0
        data = self.command(unit, struct.pack(">BBQIBB", 0x9E, 0x10, 0, 32, 0, 0), 32)
        last, block = struct.unpack(">QI", data[:12])
        return last + 1, block

    def write_zeros(self, unit: int, at: int, count: int, block: int) -> None:
        """Write zeros over some blocks of a disk."""
        words = struct.pack(">BBQIBB", 0x8A, 0, at, count, 0, 0)
        self.command(unit, words, 0, bytes(count * block))

    def _ready(self, unit: int) -> None:
        """Wait out the first answer of a unit, which only says that it was reset."""
        for _ in range(5):
            try:
                self.command(unit, bytes(6), 0)
            except _Attention:
                continue
            return

    # ---- the protocol

    def command(self, unit: int, words: bytes, size: int, data: bytes = b"") -> bytes:
        """Have a unit do a SCSI command; gives what it answers, of at most ``size`` bytes."""
        flags = 0x80 | (0x40 if size else 0) | (0x20 if data else 0)
        tag = self._next()
        place = struct.pack(">HHI", unit, 0, 0)
        middle = struct.pack(">II", tag, size or len(data))
        self._send(_COMMAND, flags, place, middle, words=words.ljust(16, b"\0"))
        self._number += 1
        found = bytearray(size)
        while True:
            code, head, part = self._receive()
            if code == _DATA_IN:
                at = int.from_bytes(head[40:44], "big")
                found[at : at + len(part)] = part
                if head[1] & 1:  # with its status
                    return self._finished(head[3], b"", bytes(found))
            elif code == _READY:
                self._write(head, place, tag, data)
            elif code == _REPLY:
                return self._finished(head[3], part, bytes(found))

    def _finished(self, status: int, sense: bytes, found: bytes) -> bytes:
        if status == 0:
            return found
        key = sense[4] & 0xF if len(sense) > 4 else 0
        if status == _CHECK_CONDITION and key == _ATTENTION:
            raise _Attention("unit attention")
        raise InternalError(f"the iSCSI target refused a command: status {status}, sense {key}")

    def _write(self, head: bytes, place: bytes, tag: int, data: bytes) -> None:
        """Send what a target is ready for."""
        transfer, at, length = head[20:24], *struct.unpack(">II", head[40:48])
        end, number = at + length, 0
        while at < end:
            part = data[at : min(at + _SEGMENT, end)]
            last = 0x80 if at + len(part) >= end else 0
            rest = struct.pack(">IIIIII", 0, self._expected, 0, number, at, 0)
            packet = struct.pack(">BBxxI", _DATA_OUT, last, len(part)) + place
            self._put(packet + struct.pack(">I", tag) + transfer + rest, part)
            at, number = at + len(part), number + 1

    def _log_in(self, initiator: str, target: str | None) -> None:
        keys = {"InitiatorName": initiator, "SessionType": "Normal" if target else "Discovery"}
        if target is not None:
            keys["TargetName"] = target
        keys["AuthMethod"] = "CHAP,None" if self._user else "None"
        told = self._step(_SECURITY, _OPERATIONAL if self._user is None else None, keys)
        if self._user is not None and told.get("AuthMethod") == "CHAP":
            challenge = self._step(_SECURITY, None, {"CHAP_A": "5"})
            self._step(_SECURITY, _OPERATIONAL, self._answer(challenge))
        elif self._user is not None:
            self._step(_SECURITY, _OPERATIONAL, {})
        keys = {"HeaderDigest": "None", "DataDigest": "None", "InitialR2T": "Yes"}
        keys |= {"ImmediateData": "No", "MaxRecvDataSegmentLength": str(1 << 18)}
        self._step(_OPERATIONAL, _FULL, keys if target else dict(list(keys.items())[:2]))

    def _answer(self, challenge: dict[str, str]) -> dict[str, str]:
        """What proves that we know the password."""
        import hashlib

        assert self._user is not None
        name, password = self._user
        try:
            number = int(challenge["CHAP_I"], 0) & 0xFF
            asked = bytes.fromhex(challenge["CHAP_C"].removeprefix("0x"))
        except (KeyError, ValueError):
            raise InternalError("Failed to login: the target's challenge is malformed") from None
        digest = hashlib.md5(bytes([number]) + password + asked, usedforsecurity=False)
        return {"CHAP_N": name, "CHAP_R": f"0x{digest.hexdigest()}"}

    def _step(self, stage: int, following: int | None, keys: dict[str, str]) -> dict[str, str]:
        """One exchange of the login; gives the target's keys."""
        flags = stage << 2 | (0 if following is None else 0x80 | following)
        packet = struct.pack(">BBBBI", _LOGIN | 0x40, flags, 0, 0, len(_joined(keys)))
        packet += (
            b"\x80" + self._session + bytes(2) + struct.pack(">IHHII", 0, 0, 0, 1, self._expected)
        )
        self._put(packet.ljust(48, b"\0"), _joined(keys))
        _, head, data = self._wanted(_LOGIN_REPLY)
        if head[36]:
            what = "Authentication failed" if head[36:38] == b"\2\1" else "refused by the target"
            raise InternalError(f"Failed to login: {what} ({head[36]:02x}{head[37]:02x})")
        return dict(_pairs(data))

    def _next(self) -> int:
        self._tag += 1
        return self._tag

    def _send(
        self,
        code: int,
        flags: int,
        place: bytes,
        middle: bytes,
        data: bytes = b"",
        *,
        words: bytes = b"",
    ) -> None:
        packet = struct.pack(">BBxxI", code, flags, len(data)) + place + middle.ljust(8, b"\0")
        packet += struct.pack(">II", self._number, self._expected) + words
        self._put(packet.ljust(48, b"\0"), data)

    def _put(self, packet: bytes, data: bytes) -> None:
        try:
            self._socket.sendall(packet + data + bytes(-len(data) % 4))
        except OSError as error:
            raise InternalError(f"the iSCSI connection broke: {error.strerror or error}") from None

    def _wanted(self, code: int) -> tuple[int, bytes, bytes]:
        got = self._receive()
        if got[0] != code:
            raise InternalError(f"unexpected iSCSI packet 0x{got[0]:02x}")
        return got

    def _receive(self) -> tuple[int, bytes, bytes]:
        """The next packet: its code, its header and its data; pings are answered."""
        while True:
            head = self._read(48)
            length = int.from_bytes(head[5:8], "big")
            self._read(head[4] * 4)
            data = self._read(length + -length % 4)[:length]
            code = head[0] & 0x3F
            if code not in (_READY, _DATA_IN) or (code == _DATA_IN and head[1] & 1):
                self._expected = int.from_bytes(head[24:28], "big") + 1
            if code != _NOP_IN:
                return code, head, data
            if head[20:24] != b"\xff\xff\xff\xff":
                tags = struct.pack(">I", _NO_TAG) + head[20:24]
                self._send(_NOP_OUT | 0x40, 0x80, head[8:16], tags)

    def _read(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            try:
                part = self._socket.recv(size - len(found))
            except OSError as error:
                raise InternalError(
                    f"the iSCSI connection broke: {error.strerror or error}"
                ) from None
            if not part:
                raise InternalError("the iSCSI target closed the connection")
            found += part
        return found


class _Attention(InternalError):
    """The unit has something to say before it does anything."""


def _joined(keys: dict[str, str]) -> bytes:
    return b"".join(f"{key}={value}\0".encode() for key, value in keys.items())


def _pairs(data: bytes) -> list[tuple[str, str]]:
    found = []
    for entry in data.decode(errors="replace").split("\0"):
        key, mark, value = entry.partition("=")
        if mark:
            found.append((key, value))
    return found
