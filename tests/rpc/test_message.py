"""The framing: whole, in pieces, joined, broken, and under a hostile peer's hand."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vsh.errors import RpcError
from vsh.rpc import message as wire
from vsh.rpc.message import Framer, Message, pack
from vsh.rpc.programs import REMOTE

words = st.integers(0, 2**32 - 1)
numbers = st.integers(-(2**31), 2**31 - 1)
messages = st.builds(
    Message,
    program=words,
    version=words,
    procedure=numbers,
    type=st.sampled_from([wire.CALL, wire.REPLY, wire.EVENT, wire.STREAM, wire.HOLE]),
    serial=words,
    status=numbers,
    payload=st.binary(max_size=80),
)


def fields(message: Message) -> tuple:
    return tuple(getattr(message, name) for name in Message.__slots__)


def test_header_is_libvirts():
    data = pack(REMOTE, 1, 66, wire.CALL, 7, wire.OK, b"")
    assert data == bytes.fromhex("0000001c 20008086 00000001 00000042 00000000 00000007 00000000")


@given(st.lists(messages, max_size=5), st.integers(1, 40))
def test_any_cut_gives_the_same_messages(sent, size):
    data = b"".join(map(bytes, sent))
    framer = Framer()
    found = []
    for at in range(0, len(data), size):
        found += framer.feed(data[at : at + size])
    assert list(map(fields, found)) == list(map(fields, sent))
    assert framer.waiting == 0


def test_byte_by_byte_with_descriptors():
    data = pack(REMOTE, 1, 1, wire.REPLY_FILES, 3, wire.OK, b"abcd", files=2)
    data += b"\0\0"  # what the descriptors travel with
    data += pack(REMOTE, 1, 2, wire.REPLY, 4, wire.OK, b"")
    framer = Framer()
    found = [message for byte in data for message in framer.feed(bytes([byte]))]
    assert [(m.serial, m.files, m.payload) for m in found] == [(3, 2, b"abcd"), (4, 0, b"")]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (struct.pack(">I", 0), "packet 0 bytes received from server too small, want 4"),
        (struct.pack(">I", 3), "packet 3 bytes received from server too small, want 4"),
        (struct.pack(">I", 27), "Unable to decode message header"),
        (b"SSH-2.0-x", "packet 1397966889 bytes received from server too large, want 33554432"),
        (b"\xff" * 4, "packet 4294967291 bytes received from server too large, want 33554432"),
        (
            pack(1, 1, 1, wire.REPLY_FILES, 1, 0, b"")[:-4].replace(
                b"\0\0\0\x20", b"\0\0\0\x1c", 1
            ),
            "Unable to decode number of FDs",
        ),
        (
            struct.pack(">IIIiIIiI", 32, 1, 1, 1, wire.REPLY_FILES, 1, 0, 33),
            "Received too many FDs 33, expected 32 maximum",
        ),
    ],
)
def test_faults(data, text):
    framer = Framer()
    with pytest.raises(RpcError) as caught:
        framer.feed(data)
    assert str(caught.value) == text
    with pytest.raises(RpcError):  # the place is lost for good
        framer.feed(pack(REMOTE, 1, 1, 0, 0, 0, b""))
    assert framer.waiting == 0


def test_it_is_known_how_much_of_a_message_is_missing():
    framer = Framer()
    packet = pack(REMOTE, 1, 1, wire.CALL, 1, wire.OK, bytes(1000))
    assert framer.missing == 0
    framer.feed(packet[:100])
    assert framer.missing == len(packet) - 100
    framer.feed(packet[100:])
    assert framer.missing == 0


def test_what_is_whole_before_a_fault_counts():
    framer = Framer()
    found = framer.feed(pack(REMOTE, 1, 1, wire.REPLY, 5, 0, b"good") + b"\0\0\0\1")
    assert [message.payload for message in found] == [b"good"]
    assert framer.fault == "packet 1 bytes received from server too small, want 4"


def test_a_promised_length_costs_nothing_until_it_comes():
    framer = Framer()
    framer.feed(struct.pack(">I", 33554436) + b"x" * 100)
    assert framer.waiting == 104


def test_longest_message():
    payload = bytes(33554432 - 24)
    (message,) = Framer().feed(pack(REMOTE, 1, 1, wire.REPLY, 1, 0, payload))
    assert len(message.payload) == len(payload)
    with pytest.raises(RpcError, match="Unable to encode message payload"):
        pack(REMOTE, 1, 1, wire.REPLY, 1, 0, payload + b"x")


@settings(max_examples=300)
@given(st.lists(st.binary(max_size=60), max_size=8))
def test_noise_gives_messages_or_one_rpc_error(pieces):
    framer = Framer()
    fault = None
    try:
        for piece in pieces:
            framer.feed(piece)
            fault = framer.fault
    except RpcError as error:
        fault = error.detail
    assert framer.fault == fault
