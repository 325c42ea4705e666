"""A daemon or a link that misbehaves: one clear error, no hang, no wrong answer, nothing unsafe.

The daemon is a fake one on a real socket.  What each fault is tested by:

  a message too long, a wrong length, noise    here, and tests/rpc/test_message.py
  a message cut short, half a reply            here, and test_link.py
  an unknown procedure                         test_link.py
  an unknown program or version                here, and tests/rpc/test_session.py
  a type that does not decode                  test_link.py, and tests/rpc/test_codec.py (fuzz)
  a reply to a call never made, one twice      test_link.py, and tests/rpc/test_session.py
  never an answer, no sign of life             here, and test_link.py
  a link cut in a stream, a stream that stalls here
  memory                                       here, and tests/rpc/test_message.py, test_session.py
  escape sequences                             here, and tests/rpc/test_errors.py
  what the user sees of each                   here, at the end
"""

from __future__ import annotations

import struct
import threading
import time
import tracemalloc

import pytest

from vsh.api.connection.host import Host
from vsh.api.domain import Domain
from vsh.api.domain.devices import Devices
from vsh.api.stream import Stream
from vsh.errors import Error, InternalError, NoSupport, OperationTimeout, RpcError, SystemFailure
from vsh.rpc import message as messages
from vsh.rpc.message import CONTINUE, MESSAGE_MAX, STREAM, Message, pack
from vsh.rpc.programs import REMOTE

HOSTNAME = Host.get_hostname
ESCAPE = "\x1b]0;owned\x07\x1b[2J\x9b31m"


def domain(connection) -> Domain:
    return Domain(connection, "one", "00000000-0000-0000-0000-000000000001", 1)


# ------------------------------------------------------------------------------- time


def test_half_a_reply_and_then_silence(connection, daemon):
    def half(daemon, call):
        daemon.session.reply(call, b"\0\0\0\3box\0")
        del daemon.session.outgoing[-4:]

    daemon.on(HOSTNAME, half)
    connection.driver.timeout = 0.2
    start = time.monotonic()
    with pytest.raises(OperationTimeout, match=r"no answer within 0\.2 seconds"):
        connection.get_hostname()
    assert time.monotonic() - start < 10


def test_a_reply_that_drips(connection, daemon):
    """A byte now and then is not an answer."""
    stop = threading.Event()

    def drip(daemon, call):
        reply = pack(REMOTE, 1, call.procedure, messages.REPLY, call.serial, 0, bytes(10_000))

        def run():
            for byte in reply:
                if stop.wait(0.002):
                    return
                daemon.peer.send(bytes([byte]))

        threading.Thread(target=run).start()

    daemon.on(HOSTNAME, drip)
    connection.driver.timeout = 0.3
    start = time.monotonic()
    with pytest.raises(OperationTimeout):
        connection.get_hostname()
    assert time.monotonic() - start < 10
    stop.set()


def test_a_daemon_that_talks_of_other_things_for_ever(connection, daemon):
    """Events that nobody wants, without a pause: they do not lengthen the time."""
    stop = threading.Event()
    event = pack(REMOTE, 1, 107, messages.EVENT, 0, 0, bytes(40)) * 50

    def flood(daemon, call):
        def run():
            while not stop.is_set():
                try:
                    daemon.peer.send(event)
                except OSError:
                    time.sleep(0.001)

        threading.Thread(target=run).start()

    daemon.on(HOSTNAME, flood)
    connection.driver.timeout = 0.3
    start = time.monotonic()
    with pytest.raises(OperationTimeout, match=r"no answer within 0\.3 seconds"):
        connection.get_hostname()
    assert time.monotonic() - start < 10
    stop.set()


def test_a_stopped_daemon_is_noticed_without_a_time_out(daemon):
    """No time-out is set by default; keepalive sees to it that nothing waits for ever."""
    from vsh.drivers.remote import remote

    driver = remote(daemon.uri)
    assert driver.timeout is None
    assert driver.link.session.keepalive.interval == 5
    assert driver.link.session.ping_due() <= 5
    driver.close()


# ------------------------------------------------------------------------------- messages


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (0, "packet 0 bytes received from server too small, want 4"),
        (12, "Unable to decode message header"),
        (
            MESSAGE_MAX + 5,
            (f"packet {MESSAGE_MAX + 1} bytes received from server too large, want {MESSAGE_MAX}"),
        ),
        (0xFFFFFFFF, f"packet 4294967291 bytes received from server too large, want {MESSAGE_MAX}"),
    ],
)
def test_lengths_that_cannot_be(connection, daemon, length, text):
    def say(daemon, call):
        daemon.session.outgoing += struct.pack(">I", length) + bytes(24)

    daemon.on(HOSTNAME, say)
    with pytest.raises(RpcError) as caught:
        connection.get_hostname()
    assert str(caught.value) == text
    assert (connection.driver.alive, connection.driver.close_reason) == (False, 0)
    with pytest.raises(InternalError, match="client socket is closed"):
        connection.get_hostname()


def test_a_length_that_is_too_long_by_a_little(connection, daemon):
    """The end of the reply is missing: it is waited for, and never taken from what is not there."""

    def say(daemon, call):
        reply = bytearray(
            pack(REMOTE, 1, call.procedure, messages.REPLY, call.serial, 0, b"\0\0\0\3box\0")
        )
        reply[:4] = struct.pack(">I", len(reply) + 8)
        daemon.session.outgoing += reply

    daemon.on(HOSTNAME, say)
    connection.driver.timeout = 0.2
    with pytest.raises(OperationTimeout):
        connection.get_hostname()


def test_the_daemon_does_not_know_the_program(connection, daemon):
    """What libvirtd says to a program or version that it has not."""
    error = RpcError(f"Cannot find program {REMOTE} version 1")
    error.domain = 7
    daemon.on(HOSTNAME, lambda daemon, call: daemon.session.refuse(call, error))
    with pytest.raises(RpcError) as caught:
        connection.get_hostname()
    assert not isinstance(caught.value, NoSupport)
    assert str(caught.value) == f"Cannot find program {REMOTE} version 1"
    daemon.give(Host.get_type, "QEMU")
    assert connection.get_type() == "QEMU"


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"version": 2}, f"no call waiting for reply with prog {REMOTE} vers 2 serial"),
        ({"program": 5}, "no call waiting for reply with prog 5 vers 1 serial"),
        ({"procedure": 5}, f"Unexpected message proc 5 != {HOSTNAME.number}"),
        ({"serial": 999}, f"no call waiting for reply with prog {REMOTE} vers 1 serial 999"),
    ],
)
def test_a_reply_of_something_else(connection, daemon, change, text):
    def say(daemon, call):
        words = {
            "program": REMOTE,
            "version": 1,
            "procedure": call.procedure,
            "serial": call.serial,
        } | change
        daemon.session.outgoing += pack(
            words["program"],
            words["version"],
            words["procedure"],
            messages.REPLY,
            words["serial"],
            0,
            b"\0\0\0\3box\0",
        )

    daemon.on(HOSTNAME, say)
    with pytest.raises(RpcError) as caught:
        connection.get_hostname()
    assert str(caught.value).startswith(text)
    assert not connection.driver.alive


# ------------------------------------------------------------------------------- streams


def opens(daemon, then) -> None:
    """Have the daemon open a console, and do something to it."""

    def opened(daemon, call):
        if call.type == messages.CALL:
            daemon.session.open_stream(call)
            daemon.session.reply(call)
            then(daemon, call)

    daemon.on(Devices.open_console, opened)


def send_much(stream) -> None:
    for _ in range(1000):
        stream.send(bytes(65536))


def data(call, payload: bytes) -> Message:
    return Message(REMOTE, 1, call.procedure, STREAM, call.serial, CONTINUE, payload)


def test_a_link_that_is_cut_while_a_stream_is_read(connection, daemon):
    def cut(daemon, call):
        daemon.session.send(data(call, b"hello"))
        daemon.flush()
        daemon.hang_up()

    opens(daemon, cut)
    stream = Stream(connection)
    domain(connection).open_console(None, stream)
    assert stream.receive() == b"hello"  # what came is not lost
    with pytest.raises(SystemFailure, match="End of file while reading data"):
        stream.receive()
    with pytest.raises(Error):
        stream.finish()


def test_a_link_that_is_cut_in_a_packet(connection, daemon):
    def cut(daemon, call):
        daemon.session.send(data(call, b"hello"))
        del daemon.session.outgoing[-2:]
        daemon.flush()
        daemon.hang_up()

    opens(daemon, cut)
    stream = Stream(connection)
    domain(connection).open_console(None, stream)
    with pytest.raises(SystemFailure, match="End of file while reading data"):
        stream.receive()


def test_a_link_that_is_cut_while_a_stream_is_written(connection, daemon):
    opens(daemon, lambda daemon, call: (daemon.flush(), daemon.hang_up()))
    stream = Stream(connection)
    domain(connection).open_console(None, stream)
    with pytest.raises(Error) as caught:
        send_much(stream)
    assert any(
        text in str(caught.value)
        for text in (
            "End of file while reading data",
            "Cannot write data",
            "Connection reset by peer",
            "client socket is closed",
        )
    )
    assert connection.driver.close_reason == 1


def test_a_stream_that_gives_nothing(connection, daemon):
    opens(daemon, lambda daemon, call: None)
    stream = Stream(connection)
    domain(connection).open_console(None, stream)
    connection.driver.timeout = 0.2
    with pytest.raises(OperationTimeout):
        stream.receive()
    assert connection.driver.alive


def test_a_stream_that_takes_nothing(connection, daemon):
    """What cannot be sent is kept up to a bound, then the sender waits, and not for ever."""
    stop = threading.Event()
    opens(daemon, lambda daemon, call: (daemon.flush(), stop.wait(10)))
    stream = Stream(connection)
    domain(connection).open_console(None, stream)
    connection.driver.timeout = 0.3
    with pytest.raises(OperationTimeout):
        send_much(stream)
    assert len(connection.driver.link.session.outgoing) < 3 << 20
    stop.set()


# ------------------------------------------------------------------------------- memory


def test_a_promise_of_much_costs_nothing(connection, daemon):
    """A list of 16384 domains that is not there, in a message of 32 MiB that does not come."""

    def promise(daemon, call):
        daemon.session.outgoing += struct.pack(">I", MESSAGE_MAX) + bytes(24)

    daemon.on(HOSTNAME, promise)
    connection.driver.timeout = 0.2
    tracemalloc.start()
    with pytest.raises(Error):
        connection.get_hostname()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 << 20


@pytest.mark.parametrize("count", [0, 1, 16384, 16385, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_count_of_domains_is_not_believed(connection, daemon, count):
    from vsh.api.connection.domains import Domains

    payload = struct.pack(">I", count) + bytes(64)
    daemon.on(Domains.list_all_domains, lambda daemon, call: daemon.session.reply(call, payload))
    tracemalloc.start()
    with pytest.raises(RpcError, match="Unable to decode message payload"):
        connection.domains()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 << 20


# ------------------------------------------------------------------------------- the terminal


def test_escape_sequences_in_an_error(connection, daemon):
    from vsh.errors import OperationFailed

    error = OperationFailed(f"bad {ESCAPE}name")
    daemon.on(HOSTNAME, lambda daemon, call: daemon.session.refuse(call, error))
    with pytest.raises(OperationFailed) as caught:
        connection.get_hostname()
    assert not any(sign in str(caught.value) for sign in "\x1b\x07\x9b")
    assert "name" in str(caught.value)


@pytest.fixture
def hostile(daemon):
    """A daemon whose every word is an attack on the terminal."""
    from vsh.api.connection.domains import Domains
    from vsh.api.domain.records import StateAndReason
    from vsh.api.domain.state import State

    evil = Domain(None, f"evil{ESCAPE}", "00000000-0000-0000-0000-000000000001", 1)
    daemon.give(HOSTNAME, f"host{ESCAPE}")
    daemon.give(Domains.list_all_domains, [evil])
    daemon.give(Domains.domain_lookup_by_id, evil)
    daemon.give(State.get_xml_desc, f"<domain>{ESCAPE}</domain>\n")
    daemon.give(State.get_state, StateAndReason(1, 1))
    return daemon


@pytest.mark.parametrize("form", ["plain", "table", "json", "yaml", "csv"])
def test_escape_sequences_in_names_do_not_reach_a_terminal(hostile, pty, form):
    for command in ("hostname", "list --all --name", "domname 1", "dumpxml 1"):
        child = pty("--format", form, "-c", hostile.uri, command)
        child.expect("\\Z|$")
        seen = child.before + child.read()
        child.wait()
        for sign in ("\x1b]", "\x07", "\x1b[2J", "\x9b"):
            assert sign not in seen, (command, seen)
        assert "host" in seen or "evil" in seen or "domain" in seen, (command, seen)


def test_a_file_gets_every_byte(hostile, vsh_process):
    """Only a terminal is protected: elsewhere the output is the name, as it is."""
    status, out, err = vsh_process("-c", hostile.uri, "hostname")
    assert (status, out, err) == (0, f"host{ESCAPE}\n\n", "")


# ------------------------------------------------------------------------------- many at once


def test_one_answer_of_many_that_does_not_decode(connection, daemon):
    """It is its own error; the others are good."""
    came = []

    def say(daemon, call):
        came.append(call)
        daemon.session.reply(call, bytes(3) if len(came) == 2 else b"\0\0\0\3box\0")

    daemon.on(HOSTNAME, say)
    answers = connection.many([connection.get_hostname.request()] * 3)
    assert (answers[0], answers[2]) == ("box", "box")
    assert isinstance(answers[1], RpcError)
    assert "Unable to decode message payload" in str(answers[1])


# ------------------------------------------------------------------------------- what the user sees


def raw(data):
    def act(daemon, call):
        daemon.session.outgoing += data

    return act


def half_a_reply(daemon, call):
    daemon.session.reply(call, b"\0\0\0\3box\0")
    del daemon.session.outgoing[-4:]
    daemon.flush()


def half_a_reply_and_gone(daemon, call):
    half_a_reply(daemon, call)
    daemon.hang_up()


def half_a_reply_and_silence(daemon, call):
    half_a_reply(daemon, call)
    silence(daemon, call)


def silence(daemon, call):
    """Nothing more, not even an answer to a ping."""
    time.sleep(4)


def reply(payload):
    return lambda daemon, call: daemon.session.reply(call, payload)


KEEPALIVE = "connection closed due to keepalive timeout"
FAULTS = {
    "too long": (
        raw(b"\2\0\0\5" + bytes(24)),
        "packet 33554433 bytes received from server too large",
    ),
    "too short": (raw(b"\0\0\0\2" + bytes(24)), "packet 2 bytes received from server too small"),
    "no header": (raw(b"\0\0\0\14" + bytes(24)), "Unable to decode message header"),
    "half, then gone": (
        half_a_reply_and_gone,
        "End of file while reading data: Input/output error",
    ),
    "half, then silence": (half_a_reply_and_silence, KEEPALIVE),
    "silence": (silence, KEEPALIVE),
    "unknown procedure": (lambda daemon, call: daemon.session.unknown_procedure(call), "unknown"),
    "unknown program": (
        lambda daemon, call: daemon.session.refuse(
            call, RpcError("Cannot find program 1 version 1")
        ),
        "Cannot find program 1 version 1",
    ),
    "wrong type": (
        reply(b"\0\0\0\x09box\0"),
        "Unable to decode message payload: 9 bytes do not fit",
    ),
    "cut type": (reply(b"\0"), "Unable to decode message payload: it ends at byte 0"),
    "too much": (reply(b"\0\0\0\3box\0more"), "Unable to decode message payload: 4 bytes too many"),
    "not asked": (
        raw(pack(REMOTE, 1, 1, messages.REPLY, 4711, 0, b"")),
        f"no call waiting for reply with prog {REMOTE} vers 1 serial 4711",
    ),
    "not a reply": (raw(pack(REMOTE, 1, 1, messages.CALL, 0, 0, b"")), "got unexpected RPC call"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_user_gets_one_clear_error(daemon, vsh_process, fault):
    act, text = FAULTS[fault]
    daemon.on(HOSTNAME, act)
    start = time.monotonic()
    done = vsh_process("-c", daemon.uri, "-k", "1", "-K", "1", "hostname")
    assert time.monotonic() - start < 10
    assert done.status == 1
    lines = done.err.splitlines()
    if lines[0].startswith("error: Disconnected from qemu+unix:///"):
        del lines[0]
    assert lines[0] == "error: failed to get hostname"
    assert lines[1].startswith("error: ")
    assert text in lines[1]
    assert len(lines) == 2


def test_a_download_that_breaks_off(daemon, vsh_process, tmp_path):
    """What the daemon says in mid-stream is the error, and half a file is no file."""
    from vsh.api.connection.storage import Storage
    from vsh.api.pool import Pool
    from vsh.api.volume import Volume
    from vsh.errors import SystemFailure

    def opened(daemon, call):
        if call.type == messages.CALL:
            far = daemon.session.open_stream(call)
            daemon.session.reply(call)
            for packet in far.send(bytes(1_000_000)):
                daemon.session.send(packet)
            daemon.session.send(far.refuse(SystemFailure("the disk is on fire")))

    pool = Pool(None, "p", "00000000-0000-0000-0000-000000000001")
    daemon.give(Storage.storage_pool_lookup_by_name, pool)
    daemon.give(Pool.is_active, 1)
    for lookup in (Pool.vol_lookup_by_name, Storage.storage_vol_lookup_by_path):
        daemon.give(lookup, Volume(None, "p", "v", "/p/v"))
    daemon.on(Volume.download, opened)
    done = vsh_process("-c", daemon.uri, "vol-download", "--pool", "p", "v", "out")
    assert (done.status, done.err) == (
        1,
        "error: cannot receive data from volume v\nerror: the disk is on fire\n",
    )
    assert not (tmp_path / "out").exists()


def test_the_user_can_say_how_long_an_answer_may_take(daemon, vsh_process):
    daemon.on(HOSTNAME, lambda daemon, call: None)
    status, out, err = vsh_process("--timeout", "0.3", "-c", daemon.uri, "hostname", timeout=10)
    assert (status, out) == (1, "\n")
    assert "no answer within 0.3 seconds" in err
