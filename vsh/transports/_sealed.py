"""A flow of bytes inside another: in packets that only the peer can read, each after its length.

What was agreed in the authentication (``vsh.auth.Layer``) makes and opens the packets.
"""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.transports._duplex import Duplex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.auth import Layer
    from vsh.errors import SystemFailure

LENGTH = 4
PACKET_MAX = 65536
"""What we have said to take; a daemon that sends more breaks its word."""


class Sealed(Duplex):
    """Plain bytes here, packets on the wire."""

    gathers = False
    __slots__ = ("_below", "_layer", "_came", "_waiting", "_stands_for")

    def __init__(self, below: Duplex, layer: Layer) -> None:
        # No socket of its own: the flow below has it.
        self._below = below
        self._layer = layer
        self._came = bytearray()
        self._waiting = b""  # of a packet, what has still to go
        self._stands_for = 0  # how many plain bytes that packet is
        self.secure = True

    def fileno(self) -> int:
        """For poll."""
        return self._below.fileno()

    def send(self, data: bytes | bytearray | memoryview) -> int:
        """How many bytes could be sent now: those of a packet count when all of it is sent.

        Until then the same bytes are to be given again.
        """
        if not self._waiting:
            plain = bytes(memoryview(data)[: self._layer.most])
            packet = self._layer.seal(plain)
            self._waiting = len(packet).to_bytes(LENGTH, "big") + packet
            self._stands_for = len(plain)
        self._waiting = self._waiting[self._below.send(self._waiting) :]
        return 0 if self._waiting else self._stands_for

    def receive(self, size: int) -> bytes | None:
        """What is there now; None: nothing; b"": the peer has closed."""
        data = self._below.receive(size)
        if not data:
            return data
        came = self._came
        came += data
        plain = b""
        at = 0
        # To the last whole packet: poll does not know of those.
        while len(came) - at >= LENGTH:
            start = at + LENGTH
            length = int.from_bytes(came[at:start], "big")
            if length > PACKET_MAX:
                raise InternalError(f"SASL data length {length} too long, max {PACKET_MAX}")
            if len(came) - start < length:
                break
            at = start + length
            plain += self._layer.unseal(bytes(came[start:at]))
        del came[:at]
        return plain or None

    def ended(self) -> SystemFailure:
        """What to say when the peer has closed."""
        return self._below.ended()

    def close(self) -> None:
        """Let go of it.  May be called again."""
        self._below.close()
