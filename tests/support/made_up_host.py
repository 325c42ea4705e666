"""Machines that cannot be here: folders that are written like the kernel's /sys."""

from __future__ import annotations

import os
import struct
from typing import TYPE_CHECKING

from vsh.drivers.host.node_device.devices import Devices

if TYPE_CHECKING:
    from pathlib import Path

VPD = (
    b"\x82\x04\x00Card"
    b"\x90\x12\x00PN\x03abcSN\x02xyV0\x01zRV\x00"
    b"\x91\x0a\x00YA\x02atY1\x02bb"
    b"\x78"
)  # fmt: skip


class Sys:
    """A folder like /sys of a machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def device(self, path: str, where: str, uevent: str = "", **files: str | bytes) -> Path:
        folder = self.root / "sys/devices" / path
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "uevent").write_text(uevent)
        for name, text in files.items():
            file = folder / name.replace("__", "/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.link(f"sys/{where}/{folder.name}", folder)
        return folder

    def link(self, name: str, to: Path) -> None:
        link = self.root / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(to, link.parent))

    def file(self, name: str, text: str = "") -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def document(self, name: str) -> str:
        return Devices(str(self.root)).called(name).definition.format()

    def names(self, kind: str | None = None) -> list[str]:
        return sorted(device.name for device in Devices(str(self.root)).of_kind(kind))


def config(*capabilities: bytes, header: int = 0, size: int = 4096) -> bytes:
    """A configuration space with these capabilities."""
    space = bytearray(size)
    space[0x06], space[0x0E], space[0x34] = 0x10, header, 0x40
    position = 0x40
    for number, body in enumerate(capabilities):
        following = position + len(body) + 2
        last = number == len(capabilities) - 1
        space[position:following] = bytes([body[0], 0 if last else following]) + body[1:] + b"\0"
        position = following
    return bytes(space)


def express(kind: int, able: int, now: int) -> bytes:
    """The capability of a PCI Express device (without its link to the next)."""
    return b"\x10" + struct.pack("<HIHHIHH", kind << 4 | 2, 1 << 28, 0, 0, able, 0, now)
