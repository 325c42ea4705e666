"""How a client shows who it is: what the daemon offers, what the user wants, what comes of it."""

from __future__ import annotations

import struct
import subprocess
import sys

import pytest

from vsh.drivers.remote import remote
from vsh.errors import AuthFailed, AuthUnavailable, RpcError, from_wire
from vsh.rpc.programs import AUTH_LIST, AUTH_POLKIT, CONNECT_CLOSE, CONNECT_OPEN, REMOTE


def offer(daemon, *types):
    payload = struct.pack(f">I{len(types)}i", len(types), *types)
    daemon.answers[REMOTE, AUTH_LIST] = lambda daemon, call: daemon.session.reply(call, payload)


def test_nothing_is_asked(daemon):
    offer(daemon, 0)
    remote(daemon.uri).close()
    assert daemon.asked == [(REMOTE, AUTH_LIST), (REMOTE, CONNECT_OPEN), (REMOTE, CONNECT_CLOSE)]


def refuse_strangers(daemon, *ways):
    """Let nobody open a connection before one of these was asked for."""

    def open_connection(daemon, call):
        if any((REMOTE, way) in daemon.asked for way in ways):
            daemon.session.reply(call)
        else:
            daemon.session.refuse(call, from_wire(39, 7, "authentication required"))

    daemon.answers[REMOTE, CONNECT_OPEN] = open_connection


def test_polkit(daemon):
    offer(daemon, 2)
    refuse_strangers(daemon, AUTH_POLKIT)
    daemon.answers[REMOTE, AUTH_POLKIT] = lambda daemon, call: daemon.session.reply(call, bytes(4))
    remote(daemon.uri).close()
    assert [procedure for _, procedure in daemon.asked] == [
        AUTH_LIST,
        CONNECT_OPEN,
        AUTH_POLKIT,
        CONNECT_OPEN,
        CONNECT_CLOSE,
    ]


def test_known_too_late(daemon):
    """A daemon that learns from the first question who asks, but has answered the second."""
    early = []

    def open_connection(daemon, call):
        early.append(call)
        if len(early) == 1:
            daemon.session.refuse(call, from_wire(39, 7, "Authentifizierung erforderlich"))
        else:
            daemon.session.reply(call)

    daemon.answers[REMOTE, CONNECT_OPEN] = open_connection
    remote(daemon.uri).close()
    assert len(early) == 2


def test_the_first_two_calls_are_in_flight_together(daemon):
    """Neither is answered before both have come."""
    waiting = []

    def gather(daemon, call):
        waiting.append(call)
        if len(waiting) == 2:
            daemon.session.reply(waiting[1])
            daemon.session.reply(waiting[0], bytes(4))

    daemon.answers[REMOTE, AUTH_LIST] = gather
    daemon.answers[REMOTE, CONNECT_OPEN] = gather
    remote(daemon.uri, timeout=5).close()
    assert [call.procedure for call in waiting] == [AUTH_LIST, CONNECT_OPEN]


def test_a_choice_of_the_users_comes_first(daemon):
    offer(daemon, 2)
    with pytest.raises(AuthFailed, match="rejected"):
        remote(daemon.uri + "&auth=sasl")
    assert daemon.asked == [(REMOTE, AUTH_LIST)]


@pytest.mark.parametrize("kind", [AuthUnavailable, AuthFailed])
def test_polkit_says_no(daemon, kind):
    offer(daemon, 2)
    error = kind("no polkit agent available to authenticate action 'org.libvirt.unix.manage'")
    daemon.answers[REMOTE, AUTH_POLKIT] = lambda daemon, call: daemon.session.refuse(call, error)
    with pytest.raises(kind) as caught:
        remote(daemon.uri)
    assert str(caught.value) == str(error)
    assert "pkttyagent" in caught.value.hint


@pytest.mark.parametrize(
    ("offered", "wanted", "text"),
    [
        ([0], "foo", "authentication failed: unknown authentication type foo"),
        ([0], "polkit", "authentication failed: requested authentication type polkit rejected"),
        ([2], "sasl.x", "authentication failed: requested authentication type sasl.x rejected"),
        ([77], None, "authentication failed: unsupported authentication type 77"),
    ],
)
def test_what_cannot_be(daemon, offered, wanted, text):
    offer(daemon, *offered)
    with pytest.raises(AuthFailed) as caught:
        remote(daemon.uri + (f"&auth={wanted}" if wanted else ""))
    assert str(caught.value) == text


def test_the_wanted_one_of_many(daemon):
    offer(daemon, 1, 2)
    daemon.answers[REMOTE, AUTH_POLKIT] = lambda daemon, call: daemon.session.reply(call, bytes(4))
    remote(daemon.uri + "&auth=PolKit").close()
    assert (REMOTE, AUTH_POLKIT) in daemon.asked


def test_a_daemon_without_authentication(daemon):
    del daemon.answers[REMOTE, AUTH_LIST]
    remote(daemon.uri).close()
    assert (REMOTE, CONNECT_OPEN) in daemon.asked


@pytest.mark.parametrize("payload", [b"", b"\xff\xff\xff\xff", b"\0\0\0\2\0\0\0\0", bytes(8)])
def test_an_answer_that_does_not_decode(daemon, payload):
    daemon.answers[REMOTE, AUTH_LIST] = lambda daemon, call: daemon.session.reply(call, payload)
    with pytest.raises(RpcError, match="Unable to decode message payload"):
        remote(daemon.uri)


def test_what_a_local_connection_imports(daemon):
    """A process that lists domains must not wait for modules that it does not use."""
    code = (
        "import sys; from vsh.drivers.remote import remote; from vsh.api.connection import "
        f"Connection; connection = Connection(remote({daemon.uri!r}));"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}));"
        "connection.close()"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    assert done.stderr == ""
    heavy = {
        "socket",
        "selectors",
        "subprocess",
        "typing",
        "re",
        "enum",
        "collections",
        "json",
        "logging",
        "asyncio",
        "ssl",
        "urllib",
        "dataclasses",
        "shlex",
        "lxml",
        "signal",
    }
    assert heavy.isdisjoint(done.stdout.split())
