"""Two sessions back to back: calls, replies out of order, events, pings, streams, hostility."""

from __future__ import annotations

import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vsh.errors import Error, InternalError, NoDomain, NoSupport, OperationFailed, RpcError
from vsh.rpc import message as wire
from vsh.rpc import session as sessions
from vsh.rpc import streams
from vsh.rpc.keepalive import PING_BYTES, PONG_BYTES, Keepalive
from vsh.rpc.message import Message, pack
from vsh.rpc.programs import REMOTE
from vsh.rpc.session import Client, Server


class Pair:
    """A client and a server whose bytes are carried over by hand."""

    def __init__(self, size: int = 1 << 20) -> None:
        self.now = 0.0
        self.client = Client(lambda: self.now)
        self.server = Server({REMOTE}, lambda: self.now)
        self.size = size

    def carry(self, source, target) -> list[Message]:
        found = []
        while source.outgoing:
            data = bytes(source.outgoing[: self.size])
            source.sent(len(data))
            found += target.feed(data)
        return found

    def to_server(self) -> list[Message]:
        return self.carry(self.client, self.server)

    def to_client(self) -> list[Message]:
        return self.carry(self.server, self.client)


@pytest.fixture(params=[1, 7, 1 << 20], ids=["bytewise", "sevens", "whole"])
def pair(request) -> Pair:
    return Pair(request.param)


def test_replies_in_any_order(pair):
    serials = [pair.client.call(REMOTE, 212, b"%04d" % n) for n in range(50)]
    calls = pair.to_server()
    random.Random(1).shuffle(calls)
    for call in calls:
        pair.server.reply(call, b"re:" + call.payload + b"!")
    pair.to_client()
    assert [pair.client.take(serial) for serial in serials] == [b"re:%04d!" % n for n in range(50)]
    assert pair.client.pending == 0
    assert pair.server.calls == {}


def test_an_error_is_the_answer_of_its_own_call(pair):
    first, second = pair.client.call(REMOTE, 1), pair.client.call(REMOTE, 2)
    one, two = pair.to_server()
    pair.server.refuse(one, NoDomain("no domain with matching name 'x'"))
    pair.server.reply(two, b"fine")
    pair.to_client()
    with pytest.raises(NoDomain, match="Domain not found: no domain with matching name 'x'"):
        pair.client.take(first)
    assert pair.client.take(second) == b"fine"


def test_no_answer_yet(pair):
    assert pair.client.take(pair.client.call(REMOTE, 1)) is None


def test_unknown_procedure_and_program(pair):
    unknown = pair.client.call(REMOTE, 9999)
    foreign = pair.client.call(0x1234, 1)
    (call,) = pair.to_server()
    pair.server.unknown_procedure(call)
    pair.to_client()
    with pytest.raises(NoSupport, match="unknown procedure: 9999"):
        pair.client.take(unknown)
    with pytest.raises(RpcError, match="Cannot find program 4660 version 1"):
        pair.client.take(foreign)


def test_a_forgotten_reply_is_dropped(pair):
    late = pair.client.call(REMOTE, 1)
    (call,) = pair.to_server()
    pair.client.forget(late)
    after = pair.client.call(REMOTE, 2)
    (other,) = pair.to_server()
    pair.server.reply(call, b"too late")
    pair.server.reply(other, b"in time")
    pair.to_client()
    assert pair.client.take(late) is None
    assert pair.client.take(after) == b"in time"
    assert (pair.client.replies, pair.client.pending, pair.client._forgotten) == ({}, 0, set())


def test_serials_wrap_and_skip_those_in_use(pair):
    first = pair.client.call(REMOTE, 1)
    pair.client._serial = 2**32 - 1
    assert pair.client.call(REMOTE, 1) == 2**32 - 1
    assert first == 0
    assert pair.client.call(REMOTE, 1) == 1


def test_only_wanted_events_are_kept(pair):
    pair.client.wanted.add((REMOTE, 318))
    pair.server.event(REMOTE, 318, b"one")
    pair.server.event(REMOTE, 319, b"nobody asked")
    pair.server.event(REMOTE, 318, b"two")
    pair.to_client()
    assert [pair.client.next_event().payload for _ in range(2)] == [b"one", b"two"]
    assert pair.client.next_event() is None


@pytest.mark.parametrize("side", ["client", "server"])
def test_pings_are_answered_both_ways(pair, side):
    session = getattr(pair, side)
    session.feed(PING_BYTES)
    assert bytes(session.outgoing) == PONG_BYTES
    assert session.feed(PONG_BYTES) == []


def test_pings_do_not_pile_up(pair):
    for _ in range(1000):
        pair.client.feed(PING_BYTES)
    assert bytes(pair.client.outgoing) == PONG_BYTES
    pair.to_server()
    pair.client.feed(PING_BYTES)
    assert bytes(pair.client.outgoing) == PONG_BYTES


def test_keepalive_of_the_session(pair):
    pair.client.keepalive = Keepalive(5, 1, pair.now)
    pair.now = 5.0
    assert pair.client.ping_due() == 0.0
    pair.client.ping()
    pair.to_server()
    pair.to_client()
    assert pair.client.ping_due() == 5.0
    pair.now = 10.0
    pair.client.ping()
    pair.now = 15.0
    with pytest.raises(InternalError, match="keepalive timeout"):
        pair.client.ping()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (
            pack(REMOTE, 1, 212, wire.REPLY, 99, 0, b""),
            f"no call waiting for reply with prog {REMOTE} vers 1 serial 99",
        ),
        (
            pack(REMOTE, 2, 212, wire.REPLY, 0, 0, b""),
            f"no call waiting for reply with prog {REMOTE} vers 2 serial 0",
        ),
        (pack(REMOTE, 1, 213, wire.REPLY, 0, 0, b""), "Unexpected message proc 213 != 212"),
        (pack(REMOTE, 1, 212, wire.REPLY, 0, 2, b""), "Unexpected message status 2"),
        (
            pack(REMOTE, 1, 212, wire.CALL, 0, 0, b""),
            f"got unexpected RPC call prog {REMOTE} vers 1 proc 212 type 0",
        ),
        (
            pack(REMOTE, 1, 212, 77, 0, 0, b""),
            f"got unexpected RPC call prog {REMOTE} vers 1 proc 212 type 77",
        ),
    ],
)
def test_a_peer_that_breaks_the_rules_ends_the_session(pair, data, text):
    pair.client.call(REMOTE, 212)
    with pytest.raises(RpcError) as caught:
        pair.client.feed(data)
    assert str(caught.value) == text
    with pytest.raises(RpcError):
        pair.client.call(REMOTE, 1)


def test_the_same_reply_twice(pair):
    serial = pair.client.call(REMOTE, 212)
    reply = pack(REMOTE, 1, 212, wire.REPLY, serial, 0, b"")
    pair.client.feed(reply)
    with pytest.raises(RpcError, match="no call waiting"):
        pair.client.feed(reply)


def test_events_that_nobody_reads_are_bounded(pair, monkeypatch):
    monkeypatch.setattr(sessions, "EVENTS_MAX", 10_000)
    pair.client.wanted.add((REMOTE, 318))
    flood = pack(REMOTE, 1, 318, wire.EVENT, 0, 0, b"") * 100
    with pytest.raises(RpcError, match="bytes of events wait unread"):
        pair.client.feed(flood)
    assert len(pair.client.events) < 50


def test_the_server_bounds_and_checks_calls(pair, monkeypatch):
    monkeypatch.setattr(sessions, "CALLS_MAX", 3)
    for _ in range(4):
        pair.client.call(REMOTE, 1)
    with pytest.raises(RpcError, match="more than 3 calls wait"):
        pair.to_server()
    with pytest.raises(RpcError, match="already being answered"):
        Server({REMOTE}).feed(pack(REMOTE, 1, 1, wire.CALL, 5, 0, b"") * 2)
    with pytest.raises(RpcError, match="got unexpected RPC call"):
        Server({REMOTE}).feed(pack(REMOTE, 1, 1, wire.REPLY, 5, 0, b""))


def test_a_call_with_a_wrong_status_is_refused(pair):
    assert pair.server.feed(pack(REMOTE, 1, 1, wire.CALL, 5, wire.ERROR, b"")) == []
    assert b"Unexpected message status 1" in pair.server.outgoing


# ---------------------------------------------------------------------------------------- streams


def opened(pair: Pair, *, sparse: bool = False):
    serial = pair.client.call(REMOTE, 209)
    near = pair.client.open_stream(REMOTE, 209, serial, sparse=sparse)
    (call,) = pair.to_server()
    far = pair.server.open_stream(call, sparse=sparse)
    pair.server.reply(call)
    pair.to_client()
    assert pair.client.take(serial) == b""
    return near, far


def say(session, *messages):
    for message in messages:
        session.send(message)


def test_data_both_ways_and_a_good_end(pair):
    near, far = opened(pair)
    say(pair.client, *near.send(b"up" * 200_000))
    pair.to_server()
    got = b""
    while chunk := far.take(1000):
        got += chunk
    assert got == b"up" * 200_000
    say(
        pair.server,
        *far.send(b"down"),
        Message(REMOTE, 1, 209, wire.STREAM, near.serial, wire.CONTINUE),
    )
    pair.to_client()
    assert (near.take(100), near.take(100), near.ended) == (b"down", b"", True)
    say(pair.client, near.finish())
    pair.to_server()
    assert (far.closing, far.take(1)) == ("finish", b"")
    say(pair.server, far.confirm())
    pair.to_client()
    assert near.closed
    assert pair.client.streams == {}
    with pytest.raises(OperationFailed, match="stream is closed"):
        near.send(b"more")


def test_abort_drops_what_still_comes(pair):
    near, far = opened(pair)
    say(pair.client, near.abort())
    say(pair.server, *far.send(b"on its way"))
    pair.to_server()
    assert far.closing == "abort"
    say(pair.server, far.confirm())
    say(pair.server, Message(REMOTE, 1, 209, wire.STREAM, near.serial, wire.CONTINUE, b"late"))
    pair.to_client()
    assert near.closed
    assert near.take(100) == b"on its way"
    assert near.take(100) == b""


def test_an_error_in_mid_stream(pair):
    near, far = opened(pair)
    say(pair.server, *far.send(b"some"))
    say(pair.server, far.refuse(OperationFailed("disk is gone")))
    pair.to_client()
    assert near.take(100) == b"some"
    with pytest.raises(OperationFailed, match="operation failed: disk is gone"):
        near.take(100)
    with pytest.raises(OperationFailed, match="disk is gone"):
        near.send(b"x")


def test_holes(pair):
    near, far = opened(pair, sparse=True)
    say(pair.server, *far.send(b"data"), far.hole(1 << 40), far.hole(1), *far.send(b"end"))
    pair.to_client()
    assert [near.take(100) for _ in range(4)] == [b"data", (1 << 40) + 1, b"end", None]


@pytest.mark.parametrize(
    ("sparse", "payload", "text"),
    [
        (False, struct.pack(">qI", 5, 0), "Unexpected stream hole"),
        (True, b"\0" * 11, "Malformed stream hole packet"),
        (True, struct.pack(">qI", -5, 0), "Malformed stream hole packet"),
    ],
)
def test_bad_holes(pair, sparse, payload, text):
    near, _ = opened(pair, sparse=sparse)
    with pytest.raises(RpcError, match=text):
        pair.client.feed(pack(REMOTE, 1, 209, wire.HOLE, near.serial, wire.CONTINUE, payload))
    assert near.error is not None


def test_a_hole_where_none_is_agreed(pair):
    near, _ = opened(pair)
    with pytest.raises(OperationFailed, match="Holes are not supported with this stream"):
        near.hole(5)


def test_stream_data_that_nobody_reads_is_bounded(pair, monkeypatch):
    monkeypatch.setattr(streams, "KEPT_MAX", 10_000)
    near, _ = opened(pair)
    flood = pack(REMOTE, 1, 209, wire.STREAM, near.serial, wire.CONTINUE, b"x") * 1000
    with pytest.raises(RpcError, match="stream data wait unread"):
        pair.client.feed(flood)
    assert len(near.chunks) < 200


def test_a_lost_session_ends_its_streams(pair):
    near, _ = opened(pair)
    pair.client.fail(RpcError("gone"))
    with pytest.raises(RpcError, match="gone"):
        near.take(1)


def test_packets_of_no_stream_are_dropped(pair):
    pair.client.feed(pack(REMOTE, 1, 209, wire.STREAM, 4711, wire.CONTINUE, b"late"))
    assert pair.client.fault is None


# ------------------------------------------------------------------------------------------- fuzz

headers = st.builds(
    pack,
    st.sampled_from([REMOTE, REMOTE + 1, 0x6B656570, 5]),
    st.sampled_from([0, 1, 2]),
    st.sampled_from([1, 2, 209, 212, 318]),
    st.sampled_from([0, 1, 2, 3, 5, 6, 9, -1]),
    st.integers(0, 4),
    st.sampled_from([0, 1, 2, 3]),
    st.binary(max_size=40),
)


@settings(max_examples=300)
@given(st.lists(headers, max_size=12), st.integers(1, 64))
def test_a_random_peer_gives_rpc_errors_and_nothing_else(said, size):
    client = Client(lambda: 0.0)
    client.wanted.add((REMOTE, 318))
    serials = [client.call(REMOTE, 212) for _ in range(3)]
    client.open_stream(REMOTE, 209, client.call(REMOTE, 209), sparse=True)
    data = b"".join(said)
    fault = None
    try:
        for at in range(0, len(data), size):
            client.feed(data[at : at + size])
    except RpcError as error:
        fault = error
    assert client.fault is fault
    for serial in serials:
        try:
            client.take(serial)
        except Error:
            continue


@settings(max_examples=200)
@given(st.lists(headers, max_size=12))
def test_a_random_client_cannot_hurt_a_server(said):
    server = Server({REMOTE}, lambda: 0.0)
    try:
        for call in server.feed(b"".join(said)):
            if call.type == wire.CALL:
                server.reply(call)
    except RpcError:
        assert server.fault is not None
