"""The system's audit: records of guests go to the kernel, as libvirt's do, and to the log.

audit_level = 0     no records
audit_level = 1     where the kernel has an audit
audit_level = 2     it has to have one
audit_logging = 1   into the log, too
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import threading

from vsh.daemon.log import INFO, WARNING
from vsh.drivers.qemu.auditing import encoded
from vsh.errors import InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.daemon.config import Configuration
    from vsh.daemon.log import Log

NETLINK_AUDIT = 9
_HEADER = struct.Struct("=IHHII")
_REQUEST, _WANTS_ANSWER = 1, 4
_ANSWER_TIME = 1.0
"""Seconds that the kernel has to say whether it took a record."""


class Auditor:
    """Where records go."""

    def __init__(self, wanted: Configuration, log: Log) -> None:
        """Raises InternalError where there has to be an audit, and is none."""
        self._log = log
        self._lock = threading.Lock()
        self._link: socket.socket | None = None
        self._number = 0
        self._logging = False
        self.take(wanted)

    def take(self, wanted: Configuration) -> None:
        """Go on as settings say.  Raises InternalError; all is as before then."""
        link = None if wanted.audit_level == 0 else _open(needed=wanted.audit_level > 1)
        with self._lock:
            self.close()
            self._link, self._logging = link, wanted.audit_logging

    def close(self) -> None:
        """Let go of the kernel's audit."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def __call__(self, kind: int, text: str, *, success: bool) -> None:
        """Write a record."""
        if self._logging:
            said = f"success={'yes' if success else 'no'} {text}"
            self._log.say(INFO if success else WARNING, "daemon.audit", said)
        with self._lock:
            if self._link is None:
                return
            try:
                self._send(self._link, kind, text, success=success)
            except OSError as error:
                why = error.strerror or "no answer"
                said = f"Failed to send audit message {text}: {why}"
                self._log.say(WARNING, "daemon.audit", said)

    def _send(self, link: socket.socket, kind: int, text: str, *, success: bool) -> None:
        """Give the kernel a record, with who tells of it.  Raises OSError."""
        program = encoded("exe", os.path.realpath(sys.executable))
        result = "success" if success else "failed"
        said = f"{text} {program} hostname=? addr=? terminal=? res={result}"
        payload = said.encode("utf-8", "surrogateescape") + b"\0"
        self._number += 1
        flags = _REQUEST | _WANTS_ANSWER
        header = _HEADER.pack(_HEADER.size + len(payload), kind, flags, self._number, 0)
        link.send(header + payload + bytes(-len(payload) % 4))
        number = 0
        while number != self._number:  # older answers are of records that were given up
            answer = link.recv(8192)
            _, _, _, number, _ = _HEADER.unpack_from(answer)
        [code] = struct.unpack_from("=i", answer, _HEADER.size)
        if code:
            raise OSError(-code, os.strerror(-code))


def _open(*, needed: bool) -> socket.socket | None:
    """A conversation with the kernel's audit; None where there is none, and need not be."""
    try:
        link = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_AUDIT)
    except OSError:
        if needed:
            raise InternalError("Audit is not supported by the kernel") from None
        return None
    link.settimeout(_ANSWER_TIME)
    return link
