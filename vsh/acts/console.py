"""A guest's console: opened, and bytes carried both ways between it and two files."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.domain import Domain
    from vsh.api.stream import Stream

CHUNK = 4096
PATIENCE = 0.2
"""Seconds after which a console without news is looked at anyway: its link may hold bytes back."""


def open_console(domain: Domain, device: str | None = None, flags: int = 0) -> Stream:
    """The stream of a console or serial device of a guest that runs.

    device  its alias; None is the first console
    flags   ``DomainConsole``
    A context manager: ended with ``with``.  Raises the hypervisor's Error.
    """
    stream = domain.connection.stream()
    domain.open_console(device, stream, flags)
    return stream


def send_break(domain: Domain, device: str | None = None) -> None:
    """Send a serial line of a guest the break condition, which no byte of a stream stands for.

    QEMU's monitor does it, as nothing of libvirt's own can.
    device  the alias of the line; None is the first
    Raises the hypervisor's Error, OperationUnsupported where it is no serial line.
    """
    from json import dumps, loads

    from vsh.errors import OperationFailed, OperationUnsupported
    from vsh.xml.engine.reader import parse

    tree = parse(domain.get_xml_desc(0))
    lines = [str(name) for name in tree.xpath("/domain/devices/serial/alias/@name")]
    if not lines or (device is not None and device not in lines):
        raise OperationUnsupported(f"{device or 'the console'} is no serial line")
    order = {"execute": "chardev-send-break", "arguments": {"id": f"char{device or lines[0]}"}}
    answer = loads(domain.monitor_command(dumps(order), 0))
    if "error" in answer:
        raise OperationFailed(str(answer["error"].get("desc", answer["error"])))


def carry(
    stream: Stream,
    source: int,
    target: int,
    escape: bytes = b"",
    *,
    keys: Callable[[bytes], tuple[bytes, bool]] | None = None,
    heard: Callable[[bytes], object] | None = None,
) -> bool:
    """Carry what is read from one file to a guest's console, and what it says to another.

    Until ``escape`` is read, or the end of ``source``: then False; or until the guest's side ends:
    then True.  The stream is still to be finished or aborted.

    keys   ``keys(typed)``: what of it goes to the guest, and whether it was a wish to leave
    heard  told what the guest says
    """
    from select import select

    # a driver's end may have a file to wait for, and know whether there is anything to read
    file: Callable[[], int] | None = getattr(stream.channel, "fileno", None)
    ready: Callable[[float], bool] | None = getattr(stream.channel, "ready", None)
    while True:
        link = [] if file is None else [file()]
        readable, _, _ = select([source, *link], [], [], PATIENCE)
        if source in readable:
            typed = os.read(source, CHUNK)
            text, found, _ = typed.partition(escape) if escape else (typed, b"", b"")
            left = False
            if keys is not None:
                text, left = keys(text)
            while text:
                text = text[stream.send(text) :]
            if found or left or not typed:
                return False
        while ready is None or ready(0):
            data = stream.receive(CHUNK)
            if not data:
                return True
            if heard is not None:
                heard(data)
            while data:
                data = data[os.write(target, data) :]
