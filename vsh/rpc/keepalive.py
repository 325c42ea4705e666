"""Keepalive: how long silence may last, and when to ask whether the peer is still there.

A message proves that the peer lives.  After ``interval`` seconds without one a ping is due; after
``count`` pings without a sign of life the peer is given up.  No clock is read here: the caller says
what time it is.
"""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.rpc.message import EVENT, OK, Message, pack
from vsh.rpc.programs import KEEPALIVE, PING, PONG, VERSION

PING_BYTES = pack(KEEPALIVE, VERSION, PING, EVENT, 0, OK, b"")
PONG_BYTES = pack(KEEPALIVE, VERSION, PONG, EVENT, 0, OK, b"")

INTERVAL_MAX = 2147483
"""libvirt keeps the interval as milliseconds in an int."""

TIMEOUT = "connection closed due to keepalive timeout"


def is_keepalive(message: Message) -> bool:
    """Whether a message is a ping or a pong rather than something for a program."""
    return message.program == KEEPALIVE and message.version == VERSION and message.type == EVENT


class Keepalive:
    """The pings one side sends.

    interval   seconds of silence before a ping; 0 or less: never
    count      pings without an answer before the peer is dead
    sent       pings sent so far
    """

    __slots__ = ("interval", "count", "sent", "_left", "_since")

    def __init__(self, interval: int, count: int, now: float) -> None:
        if interval > INTERVAL_MAX:
            raise InternalError(f"keepalive interval {interval} too large")
        self.interval = interval
        self.count = count
        self.sent = 0
        self._left = count
        self._since = now

    def heard(self, now: float) -> None:
        """Something came from the peer."""
        self._left = self.count
        self._since = now

    def due(self, now: float) -> float | None:
        """In how many seconds ``ping`` has something to do; None: never."""
        if self.interval <= 0:
            return None
        return max(0.0, self._since + self.interval - now)

    def ping(self, now: float) -> bytes:
        """The ping to send now, or nothing.  Raises InternalError where the peer is given up."""
        if self.interval <= 0 or now - self._since < self.interval:
            return b""
        if self._left <= 0:
            raise InternalError(TIMEOUT)
        self._left -= 1
        self._since = now
        self.sent += 1
        return PING_BYTES
