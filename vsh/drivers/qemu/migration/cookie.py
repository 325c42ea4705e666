"""What the two hosts of a migration tell each other: <qemu-migration>, as libvirt writes it."""

from __future__ import annotations

import socket

from vsh.errors import Error, InternalError, OperationUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

KNOWN = ("graphics", "lockstate", "persistent", "network", "nbd", "statistics", "memory-hotplug",
         "cpu-hotplug", "cpu", "capabilities", "block-dirty-bitmaps")  # fmt: skip
"""Parts that a cookie may call necessary."""


class Cookie:
    """One cookie.

    name, uuid  the guest's
    host        the UUID of the host that wrote it; ``hostname`` its name
    disks       targets of disks that are copied, and their sizes in bytes
    port        where the destination takes the disks; None where there are none
    persistent  the definition that the guest is to have when it is off, or None
    """

    def __init__(self, name: str, uuid: str, host: str) -> None:
        self.name = name
        self.uuid = uuid
        self.host = host
        self.hostname = socket.gethostname()
        self.disks: dict[str, int] = {}
        self.port: int | None = None
        self.persistent: str | None = None

    def write(self, statistics: Mapping[str, int] | None = None) -> bytes:
        """The bytes for the wire, with the NUL that libvirt has behind them."""
        from vsh.xml.engine.text import escape

        lines = [
            "<qemu-migration>",
            f"  <name>{escape(self.name)}</name>",
            f"  <uuid>{self.uuid}</uuid>",
            f"  <hostname>{escape(self.hostname)}</hostname>",
            f"  <hostuuid>{self.host}</hostuuid>",
        ]
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
        if statistics:
            lines.append("  <statistics>")
            lines += [f"    <{name}>{value}</{name}>" for name, value in statistics.items()]
            lines.append("  </statistics>")
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
    nbd = root.find("nbd")
    if nbd is not None:
        port = nbd.get("port")
        found.port = int(port) if port and port.isdigit() else None
        for disk in nbd.findall("disk"):
            size = disk.get("capacity") or ""
            found.disks[disk.get("target") or ""] = int(size) if size.isdigit() else 0
    domain = root.find("domain")
    if domain is not None:
        found.persistent = etree.tostring(domain, encoding="unicode")
    return found
