"""What the two hosts of a migration tell each other: <qemu-migration>, as libvirt writes it."""

from __future__ import annotations

import socket

from vsh.errors import Error, InternalError, OperationUnsupported

KNOWN = ("graphics", "lockstate", "persistent", "network", "nbd", "statistics", "memory-hotplug",
         "cpu-hotplug", "cpu", "capabilities", "block-dirty-bitmaps")  # fmt: skip
"""Parts that a cookie may call necessary."""


class Screen:
    """A display of the guest where it will be: its type, address and ports (0: none)."""

    def __init__(self, kind: str, listen: str, port: int, tls_port: int = 0) -> None:
        self.kind = kind
        self.listen = listen
        self.port = port
        self.tls_port = tls_port
        self.subject = ""

    def line(self) -> str:
        """The element of a cookie."""
        from vsh.xml.engine.text import escape

        more = f" tlsPort='{self.tls_port}'" if self.kind == "spice" else ""
        listen = escape(self.listen)
        return f"  <graphics type='{self.kind}' port='{self.port}' listen='{listen}'{more}/>"


class Cookie:
    """One cookie.

    name, uuid  the guest's
    host        the UUID of the host that wrote it; ``hostname`` its name
    disks       targets of disks that are copied, and their sizes in bytes
    port        where the destination takes the disks (0: a UNIX socket); None where it takes none
    persistent  the definition that the guest is to have when it is off, or None
    screen      the display that its viewers find at the destination, or None
    statistics  what is counted of its moving (see ``numbers``); empty where nothing is
    cpu         the <cpu> that the guest has where it runs, or "" where that is what it asked for
    """

    def __init__(self, name: str, uuid: str, host: str) -> None:
        self.name = name
        self.uuid = uuid
        self.host = host
        self.hostname = socket.gethostname()
        self.disks: dict[str, int] = {}
        self.port: int | None = None
        self.persistent: str | None = None
        self.screen: Screen | None = None
        self.statistics: dict[str, int] = {}
        self.cpu = ""

    def write(self) -> bytes:
        """The bytes for the wire, with the NUL that libvirt has behind them."""
        from vsh.xml.engine.text import escape

        lines = [
            "<qemu-migration>",
            f"  <name>{escape(self.name)}</name>",
            f"  <uuid>{self.uuid}</uuid>",
            f"  <hostname>{escape(self.hostname)}</hostname>",
            f"  <hostuuid>{self.host}</hostuuid>",
        ]
        if self.screen is not None:
            lines.append(self.screen.line())
        if self.persistent is not None:
            lines += [f"  {line}" for line in self.persistent.splitlines()]
        if self.disks or self.port is not None:
            port = "" if self.port is None else f" port='{self.port}'"
            if self.disks:
                lines.append(f"  <nbd{port}>")
                for target, size in self.disks.items():
                    lines.append(f"    <disk target='{escape(target)}' capacity='{size}'/>")
                lines.append("  </nbd>")
            else:
                lines.append(f"  <nbd{port}/>")
        if self.statistics:
            lines.append("  <statistics>")
            lines += [f"    <{name}>{value}</{name}>" for name, value in self.statistics.items()]
            lines.append("  </statistics>")
        lines += [f"  {line}" for line in self.cpu.splitlines()]
        lines.append("</qemu-migration>")
        return ("\n".join(lines) + "\n\0").encode("utf-8", "surrogateescape")


def read(data: bytes) -> Cookie | None:
    """A cookie; None for an empty one.  Raises InternalError, OperationUnsupported."""
    from lxml import etree

    from vsh.xml.engine.reader import parse

    text = data.rstrip(b"\0")
    if not text:
        return None
    try:
        root = parse(text)
    except Error as error:
        raise InternalError(f"(qemu_migration_cookie): {error.detail}") from None
    name, uuid = root.findtext("name"), root.findtext("uuid")
    if not name:
        raise InternalError("missing name element in migration data")
    if not uuid:
        raise InternalError("missing uuid element in migration data")
    host = root.findtext("hostuuid")
    if not host:
        raise InternalError("missing hostuuid element in migration data")
    for feature in root.findall("feature"):
        if feature.get("name") not in KNOWN:
            raise OperationUnsupported(f"Unknown migration cookie feature {feature.get('name')}")
    found = Cookie(name, uuid, host)
    found.hostname = root.findtext("hostname") or ""
    cpu = root.find("cpu")
    if cpu is not None:
        found.cpu = etree.tostring(cpu, encoding="unicode", with_tail=False)
    nbd = root.find("nbd")
    if nbd is not None:
        port = nbd.get("port")
        found.port = _number(port)
        for disk in nbd.findall("disk"):
            found.disks[disk.get("target") or ""] = _number(disk.get("capacity"))
    screen = root.find("graphics")
    if screen is not None:
        found.screen = Screen(
            screen.get("type") or "", screen.get("listen") or "",
            _number(screen.get("port")), _number(screen.get("tlsPort")),
        )  # fmt: skip
        found.screen.subject = root.findtext("graphics/cert[@info='subject']") or ""
    for each in root.iterfind("statistics/*"):
        below = (each.text or "").startswith("-")  # clocks may differ either way
        number = _number((each.text or "").removeprefix("-"))
        found.statistics[str(each.tag)] = -number if below else number
    domain = root.find("domain")
    if domain is not None:
        found.persistent = etree.tostring(domain, encoding="unicode")
    return found


def _number(text: str | None) -> int:
    """A number that is not below zero; 0 for anything else."""
    return int(text) if text and text.isdigit() else 0
