"""The forwarding driver and a daemon that misbehaves: every fault is one error, none is a hang."""

from __future__ import annotations

import os
import random
import signal
import threading
import time

import pytest

from vsh.api.connection import Connection
from vsh.api.connection.domains import Domains
from vsh.api.connection.events import Events
from vsh.api.connection.host import Host
from vsh.api.domain import Domain
from vsh.api.domain.devices import Devices
from vsh.api.domain.state import State
from vsh.drivers.remote import _driver, remote
from vsh.errors import (
    Error,
    InternalError,
    NoDomain,
    NoSupport,
    OperationDenied,
    OperationTimeout,
    RpcError,
    SystemFailure,
)
from vsh.rpc import message as messages
from vsh.rpc.message import pack
from vsh.rpc.programs import AUTH_LIST, CONNECT_CLOSE, CONNECT_OPEN, REMOTE

UUID = "00000000-0000-4000-8000-%012d"
HOSTNAME = Host.get_hostname


def domains(connection, count):
    return [Domain(connection, f"d{n}", UUID % n, -1) for n in range(count)]


def silent(_daemon, _call):
    """Never answer."""


# ------------------------------------------------------------------------------------- good ways


def test_handshake_is_two_calls_and_leave_is_one(daemon):
    driver = remote(daemon.uri)
    assert driver.alive
    assert driver.close_reason is None
    driver.close()
    assert daemon.asked == [(REMOTE, AUTH_LIST), (REMOTE, CONNECT_OPEN), (REMOTE, CONNECT_CLOSE)]
    assert daemon.opened[0] == (b"\0\0\0\1\0\0\0\x0eqemu:///system\0\0" + bytes(4))
    assert not driver.alive
    assert driver.close_reason == 3
    driver.close()


def test_readonly_is_said(daemon):
    driver = remote(daemon.uri, readonly=True)
    assert daemon.opened[0].endswith(b"\0\0\0\1")
    connection = Connection(driver)
    with pytest.raises(OperationDenied, match="read only access prevents virDomainDefineXML"):
        connection.domain_define_xml("<domain/>")
    driver.close()


def test_the_uri_is_ours(connection, daemon):
    assert connection.get_uri() == daemon.uri


def test_a_value(connection, daemon):
    daemon.give(HOSTNAME, "box")
    assert connection.get_hostname() == "box"


def test_an_unknown_procedure(connection):
    with pytest.raises(NoSupport) as caught:
        connection.get_hostname()
    assert str(caught.value) == f"unknown procedure: {HOSTNAME.number}"


@pytest.mark.parametrize(("window", "count"), [(1, 51), (3, 48), (100, 50)])
def test_many_answers_in_order_whatever_their_order(connection, daemon, window, count):
    waiting = []

    def shuffled(daemon, call):
        waiting.append(call)
        if len(waiting) == min(window, count):
            random.Random(0).shuffle(waiting)
            for one in waiting:
                number = int(one.payload[4:].split(b"\0")[0][1:])
                if number == 7:
                    daemon.session.refuse(one, NoDomain("gone"))
                else:
                    daemon.session.reply(one, number.to_bytes(4, "big") + bytes(4))
            waiting.clear()

    daemon.on(State.get_state, shuffled)
    connection.driver.window = window
    asked = domains(connection, count)
    answers = connection.many(domain.get_state.request() for domain in asked)
    assert [None if isinstance(a, Error) else a.state for a in answers] == [
        None if n == 7 else n for n in range(count)
    ]
    assert isinstance(answers[7], NoDomain)


def test_many_does_not_deadlock_on_full_buffers(connection, daemon):
    """Each side has more to say than the socket holds."""
    big = "x" * 400_000
    daemon.on(
        Domains.domain_define_xml, lambda daemon, call: daemon.session.refuse(call, NoDomain(big))
    )
    connection.driver.timeout = 20
    requests = [connection.domain_define_xml.request(big) for _ in range(40)]
    answers = connection.many(requests)
    assert [len(str(answer)) for answer in answers] == [len(big) + 18] * 40


def test_a_request_that_cannot_be_sent_is_its_own_error(connection, daemon):
    daemon.give(HOSTNAME, "box")
    answers = connection.many(
        [
            connection.get_hostname.request(),
            connection.domain_lookup_by_uuid.request("no uuid"),
            connection.get_hostname.request(),
        ]
    )
    assert answers[0] == answers[2] == "box"
    assert isinstance(answers[1], RpcError)


def test_states_in_one_call(connection, daemon):
    from vsh.api.connection.records import DomainStats
    from vsh.api.types import TypedParams

    asked = domains(connection, 300)
    daemon.give(
        Domains.get_all_domain_stats,
        [
            DomainStats(
                domain, TypedParams().set("state.state", "int", 5).set("state.reason", "int", n % 3)
            )
            for n, domain in enumerate(asked[:299])
        ],
    )
    daemon.on(State.get_state, lambda daemon, call: daemon.session.refuse(call, NoDomain("gone")))
    states = connection.driver.domain_states(asked)
    assert states[:299] == [(5, n % 3) for n in range(299)]
    assert isinstance(states[299], NoDomain)
    assert len(daemon.asked) == 4  # handshake, bulk, the one that was missing


def test_domains_and_states_in_one_round_trip(connection, daemon):
    from vsh.api.connection.records import DomainStats
    from vsh.api.types import TypedParams

    made = domains(connection, 3)
    daemon.give(Domains.list_all_domains, made)
    params = TypedParams().set("state.state", "int", 1).set("state.reason", "int", 2)
    daemon.give(Domains.get_all_domain_stats, [DomainStats(made[0], params)])
    daemon.on(State.get_state, lambda daemon, call: daemon.session.reply(call, b"\0\0\0\5" * 2))
    found, states = connection.driver.domains_and_states(connection, 3)
    assert found == made
    assert states == [(1, 2), (5, 5), (5, 5)]  # those that the statistics leave out are asked
    listed, told = daemon.asked[2:4]
    assert listed == (REMOTE, Domains.list_all_domains.number)
    assert told == (REMOTE, Domains.get_all_domain_stats.number)


def test_states_where_the_bulk_call_is_unknown(connection, daemon):
    daemon.on(State.get_state, lambda daemon, call: daemon.session.reply(call, b"\0\0\0\1" * 2))
    asked = domains(connection, 5)
    assert connection.driver.domain_states(asked) == [(1, 1)] * 5
    assert connection.driver.domain_states(asked) == [(1, 1)] * 5
    assert daemon.asked.count((REMOTE, Domains.get_all_domain_stats.number)) == 1
    assert connection.driver.domain_states([]) == []


# --------------------------------------------------------------------------------------- faults


def test_a_daemon_that_never_answers(connection, daemon):
    daemon.on(HOSTNAME, silent)
    connection.driver.timeout = 0.1
    with pytest.raises(OperationTimeout) as caught:
        connection.get_hostname()
    assert str(caught.value) == "Timed out during operation: no answer within 0.1 seconds"
    daemon.give(Host.get_type, "QEMU")
    connection.driver.timeout = 5
    assert connection.get_type() == "QEMU"


def test_keepalive_gives_a_dead_daemon_up(daemon):
    driver = remote(daemon.uri, keepalive=(1, 1))
    connection = Connection(driver)
    daemon.on(HOSTNAME, lambda _daemon, _call: time.sleep(5))
    start = time.monotonic()
    with pytest.raises(InternalError) as caught:
        connection.get_hostname()
    assert str(caught.value) == "internal error: connection closed due to keepalive timeout"
    assert 1.5 < time.monotonic() - start < 4
    assert (driver.alive, driver.close_reason) == (False, 2)


def test_a_drip_is_no_sign_of_life(daemon):
    """A byte now and then holds nobody: only a whole message counts, or a good part of one."""

    def drip(fake, _call):
        for byte in b"\0\1\0\0" + b"\0" * 60:
            fake.peer.send(bytes((byte,)))
            time.sleep(0.1)

    daemon.on(HOSTNAME, drip)
    start = time.monotonic()
    with pytest.raises(InternalError, match="keepalive timeout"):
        Connection(remote(daemon.uri, keepalive=(1, 1))).get_hostname()
    assert 1.5 < time.monotonic() - start < 4


def test_pings_keep_a_slow_call_alive(daemon):
    driver = remote(daemon.uri, keepalive=(1, 1))
    connection = Connection(driver)

    def late(daemon, call):
        def answer():
            payload, _ = _driver.codec.wire(HOSTNAME).encode_ret("slow")
            daemon.session.reply(call, payload)
            daemon.flush()

        threading.Timer(2.5, answer).start()

    daemon.on(HOSTNAME, late)
    assert connection.get_hostname() == "slow"
    assert driver.link.session.keepalive.sent == 2
    driver.close()


def test_a_daemon_that_dies_mid_call(connection, daemon):
    daemon.on(HOSTNAME, lambda daemon, _call: daemon.hang_up())
    with pytest.raises(SystemFailure) as caught:
        connection.get_hostname()
    assert str(caught.value) == "End of file while reading data: Input/output error"
    assert (caught.value.code, caught.value.domain) == (38, 7)
    assert (connection.driver.alive, connection.driver.close_reason) == (False, 1)
    with pytest.raises(InternalError, match="client socket is closed"):
        connection.get_hostname()
    connection.close()


def test_a_daemon_that_dies_in_the_middle_of_a_reply(connection, daemon):
    def half(daemon, call):
        daemon.session.reply(call, b"\0\0\0\4abcd")
        del daemon.session.outgoing[-4:]
        daemon.flush()
        daemon.hang_up()

    daemon.on(HOSTNAME, half)
    with pytest.raises(SystemFailure, match="End of file while reading data"):
        connection.get_hostname()


def test_a_daemon_that_dies_between_calls_is_seen_before_the_next(connection, daemon):
    assert connection.driver.alive
    daemon.hang_up()
    assert not connection.driver.alive


def test_many_gives_the_loss_to_every_call_without_answer(connection, daemon):
    def three(daemon, call):
        if daemon.asked.count((REMOTE, HOSTNAME.number)) <= 3:
            daemon.session.reply(call, b"\0\0\0\3box\0")
        else:
            daemon.flush()
            daemon.hang_up()

    daemon.on(HOSTNAME, three)
    answers = connection.many(connection.get_hostname.request() for _ in range(200))
    assert answers[:3] == ["box"] * 3
    assert len(answers) == 200
    assert all(isinstance(answer, SystemFailure) for answer in answers[3:])


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\0\0\0\3", "packet 3 bytes received from server too small, want 4"),
        (b"HTTP/1.1 400", "packet 1213486156 bytes received from server too large, want 33554432"),
        (
            pack(REMOTE, 1, 1, messages.REPLY, 4711, 0, b""),
            f"no call waiting for reply with prog {REMOTE} vers 1 serial 4711",
        ),
        (
            pack(REMOTE, 1, 1, messages.CALL, 0, 0, b""),
            f"got unexpected RPC call prog {REMOTE} vers 1 proc 1 type 0",
        ),
    ],
)
def test_a_daemon_that_talks_nonsense(connection, daemon, data, text):
    def nonsense(daemon, call):
        daemon.session.outgoing += data

    daemon.on(HOSTNAME, nonsense)
    with pytest.raises(RpcError) as caught:
        connection.get_hostname()
    assert str(caught.value) == text
    assert not connection.driver.alive


@pytest.mark.parametrize("payload", [b"", b"\0\0\0\x09abc\0", b"\0\0\0\3abc\0more", b"\xff" * 8])
def test_a_reply_that_does_not_decode_leaves_the_connection_usable(connection, daemon, payload):
    daemon.on(HOSTNAME, lambda daemon, call: daemon.session.reply(call, payload))
    with pytest.raises(RpcError, match="Unable to decode message payload"):
        connection.get_hostname()
    daemon.give(Host.get_type, "QEMU")
    assert connection.get_type() == "QEMU"


def test_a_request_longer_than_a_message(connection):
    with pytest.raises(RpcError, match="Unable to encode message payload"):
        connection.domain_define_xml("x" * 40_000_000)
    assert connection.driver.alive


def test_interrupt_leaves_the_connection_usable(connection, daemon):
    held = []
    daemon.on(HOSTNAME, lambda _daemon, call: held.append(call))
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        connection.get_hostname()
    timer.join()
    assert connection.driver.alive

    def both(daemon, call):
        daemon.session.reply(held[0], b"\0\0\0\4late")
        daemon.session.reply(call, b"\0\0\0\4QEMU")

    daemon.on(Host.get_type, both)
    assert connection.get_type() == "QEMU"
    assert connection.driver.link.session.replies == {}


def test_interrupt_while_many_are_in_flight(connection, daemon):
    daemon.on(HOSTNAME, silent)
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        connection.many(connection.get_hostname.request() for _ in range(500))
    timer.join()
    daemon.give(Host.get_type, "QEMU")
    assert connection.get_type() == "QEMU"


class Interrupted:
    """A duplex in front of the real one: Ctrl-C comes just when the bytes have gone."""

    passes_files = False

    def __init__(self, duplex, name):
        self.duplex = duplex
        self.name = name

    def __getattr__(self, name):
        inner = getattr(self.duplex, name)
        if name != self.name:
            return inner

        def act(data):
            inner(data)
            raise KeyboardInterrupt

        return act


@pytest.mark.parametrize("act", ["send", "receive"])
def test_interrupt_in_the_act_of_moving_bytes_gives_the_link_up(connection, daemon, act):
    daemon.give(HOSTNAME, "box")
    link = connection.driver.link
    link.duplex = Interrupted(link.duplex, act)
    with pytest.raises(KeyboardInterrupt):
        connection.get_hostname()
    with pytest.raises(InternalError, match="client socket is closed"):
        connection.get_hostname()
    assert not connection.driver.alive


def test_a_request_maker_that_fails_leaves_the_connection_usable(connection, daemon):
    daemon.give(HOSTNAME, "box")

    def requests():
        for _ in range(5):
            yield connection.get_hostname.request()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        connection.many(requests())
    assert connection.many(connection.get_hostname.request() for _ in range(3)) == ["box"] * 3
    assert connection.driver.link.session.replies == {}


def test_a_reply_that_nobody_waits_for_does_not_stall_many(connection, daemon):
    daemon.give(HOSTNAME, "box")
    link = connection.driver.link
    link._queue(REMOTE, HOSTNAME.number, b"")  # its caller was interrupted right here
    assert connection.many(connection.get_hostname.request() for _ in range(9)) == ["box"] * 9
    assert connection.get_hostname() == "box"


def test_close_does_not_wait_for_ever(daemon, monkeypatch):
    monkeypatch.setattr(_driver, "CLOSE_TIMEOUT", 0.1)
    driver = remote(daemon.uri)
    daemon.answers[REMOTE, CONNECT_CLOSE] = silent
    start = time.monotonic()
    driver.close()
    assert time.monotonic() - start < 10


# ------------------------------------------------------------------------------------- handshake


def test_open_is_refused(daemon):
    error = InternalError("no such driver")
    daemon.answers[REMOTE, CONNECT_OPEN] = lambda daemon, call: daemon.session.refuse(call, error)
    with pytest.raises(InternalError, match="internal error: no such driver"):
        remote(daemon.uri)


def test_a_stopped_daemon_at_the_door(daemon):
    daemon.answers[REMOTE, AUTH_LIST] = silent
    with pytest.raises(OperationTimeout):
        remote(daemon.uri, timeout=0.1)


def test_without_a_uri_the_daemon_is_asked(daemon):
    daemon.give(Host.get_uri, "qemu:///system")
    driver = remote(f"remote+unix:///?socket={daemon.path}")
    assert daemon.opened[0] == b"\0\0\0\1" + bytes(8)
    driver.close()


# ---------------------------------------------------------------------------------------- events


def test_events_come_between_and_during_calls(connection, daemon):
    from vsh.api.event import Lifecycle, Reboot
    from vsh.rpc.codec import encode_event

    domain = Domain(connection, "d0", UUID % 0, 3)

    def register(daemon, call):
        payload = encode_event(Lifecycle(domain, 2, 0), 41)
        daemon.session.event(REMOTE, Lifecycle.number, payload)  # even before the reply
        daemon.session.reply(call, b"\0\0\0\x29")

    daemon.on(Events.domain_event_callback_register_any, register)
    assert connection.driver.next_event(0.01) is None
    callback = connection.domain_event_callback_register_any(0)
    first = connection.driver.next_event(0)
    assert (first.callback, first) == (callback, Lifecycle(domain, 2, 0))
    assert first.domain.connection is connection

    def later():
        daemon.session.event(REMOTE, Reboot.number, encode_event(Reboot(domain), 41))
        daemon.flush()

    threading.Timer(0.2, later).start()
    assert connection.driver.next_event(10) == Reboot(domain)
    start = time.monotonic()
    assert connection.driver.next_event(0.1) is None
    assert time.monotonic() - start >= 0.1


def test_an_event_that_does_not_decode(connection, daemon):
    def register(daemon, call):
        daemon.session.event(REMOTE, 318, b"\0\0")
        daemon.session.reply(call, bytes(4))

    daemon.on(Events.domain_event_callback_register_any, register)
    connection.domain_event_callback_register_any(0)
    with pytest.raises(RpcError, match="Unable to decode message payload"):
        connection.driver.next_event(0)


def test_the_daemon_goes_while_events_are_waited_for(connection, daemon):
    threading.Timer(0.2, daemon.hang_up).start()
    with pytest.raises(SystemFailure, match="End of file while reading data"):
        connection.driver.next_event(10)


# --------------------------------------------------------------------------------------- streams


def test_a_stream_both_ways(connection, daemon):
    from vsh.api.stream import Stream
    from vsh.rpc.message import CONTINUE, OK, STREAM, Message

    got = []

    def opened(daemon, message):
        if message.type == messages.CALL:
            daemon.session.open_stream(message)
            daemon.session.reply(message)
            far = daemon.session.streams[message.serial]
            for packet in far.send(b"hello" * 100_000):
                daemon.session.send(packet)
            daemon.session.send(
                Message(REMOTE, 1, message.procedure, STREAM, message.serial, CONTINUE)
            )
        elif message.status == OK:
            daemon.session.send(Message(REMOTE, 1, message.procedure, STREAM, message.serial, OK))
        else:
            got.append(message.payload)

    daemon.on(Devices.open_console, opened)
    stream = Stream(connection)
    domains(connection, 1)[0].open_console(None, stream)
    data = b""
    with stream:
        while piece := stream.receive():
            data += piece
        stream.send(b"typed")
    assert data == b"hello" * 100_000
    assert got == [b"typed"]
    assert connection.driver.link.session.streams == {}


def test_a_stream_that_fails(connection, daemon):
    from vsh.api.stream import Stream
    from vsh.errors import OperationFailed

    def opened(daemon, message):
        far = daemon.session.open_stream(message)
        daemon.session.reply(message)
        daemon.session.send(far.refuse(OperationFailed("disk is gone")))

    daemon.on(Devices.open_console, opened)
    stream = Stream(connection)
    domains(connection, 1)[0].open_console(None, stream)
    with pytest.raises(OperationFailed, match="disk is gone"):
        stream.receive()
    with pytest.raises(OperationFailed, match="disk is gone"):
        stream.finish()
    stream.abort()
    assert connection.driver.alive


def test_a_stream_that_is_refused(connection):
    from vsh.api.stream import Stream

    stream = Stream(connection)
    with pytest.raises(NoSupport):
        domains(connection, 1)[0].open_console(None, stream)
    assert connection.driver.link.session.streams == {}
