"""Streams to consoles and channels, and sockets to screens: what libvirtd says is what we say."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from tiny_guest import TinyGuest

import vsh
from vsh.words.domain.devices import DomainChannel, DomainConsole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from private_libvirtd import PrivateLibvirtd

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.api.stream import Stream

DEVICES = """<serial type='pty'><log file='{folder}/log' append='on'/><target port='0'/></serial>
<serial type='unix'><source mode='bind' path='{folder}/ser'/><target port='1'/></serial>
<serial type='null'><target port='2'/></serial>
<console type='pty'><target type='virtio' port='1'/></console>
<console type='file'><source path='{folder}/console'/><target type='virtio' port='2'/></console>
<parallel type='pty'><target port='0'/></parallel>
<channel type='unix'><target type='virtio' name='org.one'/></channel>
<channel type='pty'><target type='virtio' name='org.two'/></channel>
<channel type='unix'><source mode='bind' path='{folder}/given'/>
<target type='virtio' name='org.three'/></channel>
<graphics type='vnc' port='-1'/><graphics type='spice' port='-1'/>
<video><model type='vga'/></video>
<memballoon"""
CONSOLES = (
    None, "serial0", "serial1", "serial2", "console0", "console1", "console2", "parallel0",
    "channel0", "none", "",
)  # fmt: skip
CHANNELS = (
    None, "channel0", "channel1", "channel2", "org.one", "org.two", "org.three", "serial0", "none",
    "",
)  # fmt: skip


def answered(ask: Callable[..., object], *arguments: object) -> str:
    """What something gives, or why it gives nothing."""
    try:
        return str(ask(*arguments))
    except vsh.Error as error:
        return f"{type(error).__name__}: {error}"


def opened_twice(
    connection: Connection, call: Callable[..., object], name: str | None, flags: int
) -> str:
    """What is said to the second who opens a thing that somebody has open; else to the first."""
    first, second = connection.stream(), connection.stream()
    call(name, first, 0)
    said = answered(call, name, second, flags)
    if said == "None":
        second.abort()
        said = answered(whole, first)
    else:
        first.abort()
    return said


def whole(stream: Stream) -> None:
    """Read to the end."""
    while stream.receive(100):
        pass


def echo(connection: Connection, domain: Domain) -> bytes:
    """What the guest says to what it is told."""
    stream, heard = connection.stream(), b""
    domain.open_console(None, stream, 0)
    stream.send(b"x")
    while b"x" not in heard:
        heard += stream.receive(100)
    stream.finish()
    return heard[-1:]


def greeting(domain: Domain, number: int, flags: int) -> bytes:
    """What a screen says first to who joins it; SPICE waits for the other."""
    end = domain.open_graphics_fd(number, flags)
    try:
        return b"" if number else os.read(end, 12)
    finally:
        os.close(end)


def told(uri: str, folder: Path) -> list[tuple[str, str]]:
    """What is asked about a guest's consoles, channels and screens, and what is said."""
    folder.mkdir()
    tiny = TinyGuest(folder, "tiny", serial="pty")
    document = re.sub("<serial.*?</serial>", "", tiny.xml, flags=re.DOTALL)
    found = []
    with vsh.connect(uri) as connection:
        devices = DEVICES.format(folder=folder)
        domain = connection.domain_define_xml(document.replace("<memballoon", devices))
        domain.create()
        for what, call, names in (
            ("console", domain.open_console, CONSOLES),
            ("channel", domain.open_channel, CHANNELS),
        ):
            for name in names:
                stream = connection.stream()
                found.append((f"{what} {name}", answered(call, name, stream, 0)))
                if found[-1][1] == "None":
                    stream.abort()
        twice: list[tuple[Callable[..., object], str, tuple[int, ...]]] = [
            (domain.open_console, "serial0", (0, DomainConsole.SAFE, DomainConsole.FORCE, 64)),
            (domain.open_channel, "org.one", (0, DomainChannel.FORCE, 64)),
        ]
        for ask, name, flags in twice:
            for each in flags:
                said = opened_twice(connection, ask, name, each)
                found.append((f"{name} twice {each}", said))
        found.append(("echo", answered(echo, connection, domain)))
        for number in range(3):
            for each in range(3):
                said = answered(greeting, domain, number, each)
                found.append((f"screen {number} {each}", said))
        domain.destroy()
        off: list[Callable[..., object]] = [domain.open_console, domain.open_channel]
        found.extend(("off", answered(ask, None, connection.stream(), 0)) for ask in off)
        found.append(("off", answered(domain.open_graphics_fd, 0, 0)))
        found.append(("log", (folder / "log").read_text()))
    return found


def test_streams_as_libvirtd(libvirtd: PrivateLibvirtd, root: str, tmp_path: Path) -> None:
    theirs = told(libvirtd.uri, tmp_path / "peer")
    assert told(root, tmp_path / "ours") == theirs
    assert ("echo", "b'x'") in theirs
