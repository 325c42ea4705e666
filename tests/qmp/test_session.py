"""QEMU's protocol without a wire: by hand, split anywhere, and with a real QEMU."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vsh.errors import Error, InternalError
from vsh.qmp.message import Reply, decode, encode
from vsh.qmp.session import Session

GREETING = (
    b'{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": "Debian"},'
    b' "capabilities": ["oob"]}}\r\n'
)
STOP = b'{"timestamp": {"seconds": 12, "microseconds": 34}, "event": "STOP"}\r\n'


def test_a_command_is_one_line() -> None:
    assert encode("query-status", None, "vsh-1") == b'{"execute":"query-status","id":"vsh-1"}\r\n'
    assert encode("stop", {"a": 1}, "vsh-2") == (
        b'{"execute":"stop","arguments":{"a":1},"id":"vsh-2"}\r\n'
    )


@given(st.lists(st.integers(1, 40)))
def test_split_anywhere(sizes: list[int]) -> None:
    session = Session()
    first, _ = session.command("query-name")
    second, _ = session.command("nonsense")
    whole = (
        GREETING
        + STOP
        + b'{"id": "%s", "error": {"class": "CommandNotFound", "desc": "no"}}\r\n' % second.encode()
        + b'{"return": {"name": "g"}, "id": "%s"}\r\n' % first.encode()
    )
    at = 0
    for size in [*sizes, len(whole)]:
        session.feed(whole[at : at + size])
        at += size
    assert session.greeting is not None
    assert session.greeting.version == (7, 2, 22)
    assert session.greeting.package == "Debian"
    assert session.greeting.capabilities == ["oob"]
    events = session.events()
    assert [(e.name, e.data, e.seconds, e.microseconds) for e in events] == [("STOP", {}, 12, 34)]
    assert session.events() == []
    answer, refusal = session.answer(first), session.answer(second)
    assert answer is not None
    assert answer.value == {"name": "g"}
    assert refusal is not None
    assert refusal.error == ("CommandNotFound", "no")
    assert session.answer(first) is None


def test_an_answer_that_nobody_waits_for_is_dropped() -> None:
    session = Session()
    id, _ = session.command("cont")
    session.forget(id)
    session.feed(b'{"return": {}, "id": "%s"}\n' % id.encode())
    assert session.answer(id) is None


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"[]",
        b"{}",
        b'{"QMP": 3}',
        b'{"QMP": {"version": {"qemu": {"major": "x", "minor": 0, "micro": 0}}}}',
        b'{"event": 3}',
        b'{"event": "STOP", "data": []}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_what_is_no_message(line: bytes) -> None:
    with pytest.raises(InternalError):
        decode(line)


@given(st.binary(max_size=80))
def test_any_bytes(data: bytes) -> None:
    """Nothing that a peer sends is anything but messages or one kind of error."""
    try:
        Session().feed(data + b"\n")
    except Error as error:
        assert isinstance(error, InternalError)


def test_an_answer_without_an_id() -> None:
    with pytest.raises(InternalError, match="QEMU refused a command: JSON parse error"):
        Session().feed(b'{"error": {"class": "GenericError", "desc": "JSON parse error"}}\n')


def test_a_line_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vsh.qmp.session.LINE_LIMIT", 100)
    session = Session()
    session.feed(b" " * 100)
    with pytest.raises(InternalError, match="longer than any answer"):
        session.feed(b" ")


def test_a_real_qemu() -> None:
    program = shutil.which("qemu-system-x86_64")
    if program is None:
        pytest.skip("no qemu-system-x86_64 here")
    command = [program, "-machine", "none", "-display", "none", "-qmp", "stdio", "-nodefaults"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as qemu:
        assert qemu.stdin is not None
        assert qemu.stdout is not None
        session = Session()

        def ask(name: str) -> Reply:
            assert qemu.stdin is not None
            assert qemu.stdout is not None
            id, data = session.command(name)
            qemu.stdin.write(data)
            qemu.stdin.flush()
            while (reply := session.answer(id)) is None:
                session.feed(qemu.stdout.readline())
            return reply

        assert ask("query-status").error == (
            "CommandNotFound",
            "Expecting capabilities negotiation with 'qmp_capabilities'",
        )
        assert ask("qmp_capabilities").value == {}
        schema = ask("query-qmp-schema").value
        assert isinstance(schema, list)
        assert len(schema) > 500
        assert ask("quit").value == {}
        while line := qemu.stdout.readline():
            session.feed(line)
    assert "SHUTDOWN" in [event.name for event in session.events()]
    assert session.greeting is not None
    assert session.greeting.version[0] >= 4


def test_commands_of_others_go_as_they_are() -> None:
    session = Session()
    session.feed(GREETING)
    id, data = session.command_as_given({"execute": "query-name", "more": 1})
    assert data == b'{"execute":"query-name","more":1,"id":"libvirt-1"}\r\n'
    session.feed(b'{"return": {}, "id": "libvirt-1"}\n')
    answer = session.answer(id)
    assert answer is not None
    assert answer.value == {}
    with pytest.raises(InternalError, match="Unable to append command 'id' string"):
        session.command_as_given({"execute": "query-name", "id": 5})
    nameless, data = session.command_as_given({"id": 5})
    assert data == b'{"id":5}\r\n'
    session.feed(b'{"error": {"class": "GenericError", "desc": "no"}}\n')
    answer = session.answer(nameless)
    assert answer is not None
    assert answer.error == ("GenericError", "no")
