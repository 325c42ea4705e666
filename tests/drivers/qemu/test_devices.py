"""Consoles, the monitor, the screen and the keys of a real guest."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from tiny_guest import READY, TinyGuest

from vsh.drivers.qemu import key_codes
from vsh.drivers.test.key_codes import KEY_SETS
from vsh.errors import InternalError, OperationFailed, RpcError
from vsh.words.domain.devices import KeycodeSet
from vsh.xml.engine.values import parse_set

if TYPE_CHECKING:
    from pathlib import Path

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain


@pytest.fixture
def talking(connection: Connection, tmp_path: Path) -> Domain:
    """A guest whose serial port is a terminal."""
    guest = TinyGuest(tmp_path, "talking", serial="pty")
    domain = connection.domain_define_xml(guest.xml)
    domain.create()
    return domain


def read_until(stream: object, text: str) -> str:
    """What a stream says, up to a text."""
    said = ""
    until = time.monotonic() + 20
    while text not in said:
        assert time.monotonic() < until, said
        said += stream.receive(1000).decode()  # type: ignore[attr-defined]
    return said


def test_a_console(connection: Connection, talking: Domain) -> None:
    """What is typed comes back; a second one is refused, unless it takes the place."""
    stream = connection.stream()
    talking.open_console(None, stream, 0)
    stream.send(b"hello")
    read_until(stream, "hello")
    second = connection.stream()
    with pytest.raises(OperationFailed, match="Active console session exists for this domain"):
        talking.open_console(None, second, 0)
    talking.open_console("serial0", second, 1)
    second.send(b"again")
    read_until(second, "again")
    with pytest.raises(RpcError, match="stream had I/O failure"):  # as libvirt's own
        stream.receive()
    second.send(b"q")
    second.finish()
    with pytest.raises(InternalError, match="cannot find character device serial9"):
        talking.open_console("serial9", connection.stream(), 0)


def test_the_end_of_the_guest_ends_its_console(connection: Connection, talking: Domain) -> None:
    stream = connection.stream()
    talking.open_console(None, stream, 0)
    talking.destroy()
    until = time.monotonic() + 10
    while stream.receive():
        assert time.monotonic() < until
    stream.abort()


def test_the_monitor(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(tiny.xml)
    domain.create()
    answer = json.loads(domain.monitor_command('{"execute":"query-status"}', 0))
    assert answer["return"]["status"] == "running"
    assert "running" in domain.monitor_command("info status", 1)
    refused = json.loads(domain.monitor_command('{"execute":"nonsense"}', 0))
    assert refused["error"]["class"] == "CommandNotFound"
    domain.monitor_command('{"execute":"stop"}', 0)
    assert domain.get_state().state == 3
    with pytest.raises(InternalError, match="cannot parse json"):
        domain.monitor_command("{", 0)


def test_screen_and_keys(connection: Connection, tiny: TinyGuest) -> None:
    domain = connection.domain_define_xml(
        tiny.xml.replace("</devices>", "<video><model type='vga'/></video></devices>")
    )
    domain.create()
    tiny.wait_for(READY)
    stream = connection.stream()
    assert domain.screenshot(stream, 0) == "image/png"
    picture = b""
    while part := stream.receive():
        picture += part
    assert picture.startswith(b"\x89PNG")
    domain.send_key(0, 0, [30, 48])
    domain.inject_nmi()
    with pytest.raises(InternalError, match="cannot translate keycode 700"):
        domain.send_key(0, 0, [700])


def test_keys_of_all_sets() -> None:
    """A key has one number of QEMU's, whichever code set it is named in."""
    a, left_alt, right_control, pause = 30, 56, 157, 198
    for codeset, codes in (
        (KeycodeSet.LINUX, (30, 56, 97, 119)),
        (KeycodeSet.XT, (0x1E, 0x38, 0xE01D, 0xE046)),
        (KeycodeSet.ATSET1, (0x1E, 0x38, 0xE01D, 0xE046)),
        (KeycodeSet.ATSET2, (0x1C, 0x11, 0xE014, 0xE077)),
        (KeycodeSet.ATSET3, (0x1C, 0x19, 0x58, 0x62)),
        (KeycodeSet.XT_KBD, (0x1E, 0x38, 0x11D, 0x146)),
        (KeycodeSet.USB, (4, 226, 228, 72)),
        (KeycodeSet.WIN32, (0x41, 0x12, 0xA3, 0x13)),
        (KeycodeSet.QNUM, (30, 56, 157, 198)),
    ):
        found = [key_codes.number(int(codeset), code) for code in codes]
        assert (codeset, found) == (codeset, [a, left_alt, right_control, pause])
    assert key_codes.number(int(KeycodeSet.OSX), 0x3A) == left_alt
    for number, (_, ranges) in enumerate(KEY_SETS):
        for code in parse_set(ranges, 1 << 16) if ranges else ():
            assert 0 <= key_codes.number(number, code) < 256
    with pytest.raises(InternalError, match="keycode 999 of win32 codeset to qnum keycode"):
        key_codes.number(int(KeycodeSet.WIN32), 999)
