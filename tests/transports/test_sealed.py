"""Packets inside a flow of bytes: in any pieces, with bounds, over a socket that is full."""

from __future__ import annotations

import socket

import pytest

from vsh.auth import Layer
from vsh.errors import InternalError
from vsh.transports._duplex import Duplex
from vsh.transports._sealed import PACKET_MAX, Sealed


class Upper(Layer):
    """Encrypts by inverting, and counts."""

    most = 1000
    strength = 1

    def __init__(self) -> None:
        self.sealed = 0

    def seal(self, data):
        self.sealed += 1
        return bytes(byte ^ 255 for byte in data)

    def unseal(self, packet):
        if packet == b"bad":
            raise InternalError("failed to decode SASL data: -9 (integrity check failed)")
        return bytes(byte ^ 255 for byte in packet)


@pytest.fixture
def pair():
    here, there = socket.socketpair()
    sealed = Sealed(Duplex(here, secure=False), Upper())
    yield sealed, there
    sealed.close()
    there.close()


def packet(plain: bytes) -> bytes:
    return len(plain).to_bytes(4, "big") + bytes(byte ^ 255 for byte in plain)


def test_what_it_is(pair):
    sealed, _ = pair
    assert sealed.secure
    assert not sealed.passes_files
    assert sealed.fileno() == sealed._below.fileno()


def test_sending_in_packets(pair):
    sealed, there = pair
    text = bytes(range(256)) * 10
    assert sealed.send(text) == 1000
    assert sealed.send(memoryview(text)[1000:]) == 1000
    assert sealed.send(bytearray(text[2000:])) == 560
    expected = packet(text[:1000]) + packet(text[1000:2000]) + packet(text[2000:])
    assert there.recv(10000) == expected


def test_a_packet_is_sealed_once_however_often_it_has_to_be_sent(pair):
    sealed, there = pair
    sealed._below._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    text = b"x" * 1_000_000
    sent, came = 0, b""
    while sent < len(text):
        size = sealed.send(memoryview(text)[sent:])
        sent += size
        if not size:
            came += there.recv(5000)
    while len(came) < 1_000_000 + 4 * 1000:
        came += there.recv(1 << 16)
    assert sealed._layer.sealed == 1000
    assert came == packet(b"x" * 1000) * 1000


def test_receiving_in_any_pieces(pair):
    sealed, there = pair
    assert sealed.receive(100) is None
    data = packet(b"hello") + packet(b"world") + packet(b"")
    for byte in data[:-1]:
        there.send(bytes([byte]))
    found = b""
    while (piece := sealed.receive(3)) is not None or len(found) < 10:
        found += piece or b""
    assert found == b"helloworld"
    there.send(packet(b"a") + packet(b"b"))
    there.close()


def test_all_that_came_is_given_at_once(pair):
    """poll does not know what is decrypted and not yet taken."""
    sealed, there = pair
    there.send(packet(b"hello") * 3 + packet(b"rest")[:2])
    assert sealed.receive(1 << 18) == b"hellohellohello"
    assert sealed.receive(1 << 18) is None
    there.send(packet(b"rest")[2:])
    assert sealed.receive(1 << 18) == b"rest"
    there.shutdown(socket.SHUT_WR)
    assert sealed.receive(1 << 18) == b""
    assert "End of file" in str(sealed.ended())


def test_a_packet_too_long_is_not_waited_for(pair):
    sealed, there = pair
    there.send((PACKET_MAX + 1).to_bytes(4, "big"))
    with pytest.raises(InternalError, match="SASL data length 65537 too long, max 65536"):
        sealed.receive(100)


def test_a_forged_packet(pair):
    sealed, there = pair
    there.send(b"\0\0\0\3bad")
    with pytest.raises(InternalError, match="integrity check failed"):
        sealed.receive(100)
