"""What an image's first bytes say: its format, size, features and what is below it.

The magics, offsets and versions are those that libvirt looks for (storage_file_probe.c); formats
without a magic (bochs, cloop, dmg, fat, vhd) are not found by content, there or here.
"""

from __future__ import annotations

import os
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

HEAD = 33 * 1024
"""Bytes that have to be known of an image: the magic of ISO 9660 is at 32769."""

_BACKING_FORMAT = 0xE2792ACA  # qcow2 header extension
_QED_BACKING, _QED_RAW = 0x01, 0x04
_LUKS = b"LUKS\xba\xbe"
_COMPATIBLE = ("lazy_refcounts",)
_INCOMPATIBLE = (None, None, "data_file", None, "extended_l2")


class Found:
    """What an image is.

    format          libvirt's word; "raw" where no magic is found
    capacity        bytes that a guest sees, or None: the file's size
    cluster_size    bytes, or None
    compat          "1.1" for a qcow2 of version 3
    features        qcow2's features, or None where the format has none
    encryption      "luks" or "qcow", or None
    payload         bytes before the encrypted content
    backing         the path of what is below, as the image has it, or None
    backing_format  what the image says that is, or None
    """

    __slots__ = (
        "backing",
        "backing_format",
        "capacity",
        "cluster_size",
        "compat",
        "encryption",
        "features",
        "format",
        "payload",
    )

    def __init__(self, format: str) -> None:
        self.format = format
        self.capacity: int | None = None
        self.cluster_size: int | None = None
        self.compat: str | None = None
        self.features: list[str] | None = None
        self.encryption: str | None = None
        self.payload = 0
        self.backing: str | None = None
        self.backing_format: str | None = None


class _Magic:
    """How a format is known: ``order`` is that of its numbers, as ``struct`` has it."""

    __slots__ = ("at", "magic", "order", "size_at", "unit", "version_at", "versions")

    def __init__(
        self,
        magic: bytes,
        at: int = 0,
        order: str = "<",
        version: tuple[int, tuple[int, ...]] | None = None,
        size: tuple[int, int] | None = None,
    ) -> None:
        self.magic = magic
        self.at = at
        self.order = order
        self.version_at, self.versions = version or (0, ())
        self.size_at, self.unit = size or (-1, 1)

    def fits(self, head: bytes) -> bool:
        """Whether an image that begins so is of this format."""
        if head[self.at : self.at + len(self.magic)] != self.magic:
            return False
        return not self.versions or _number(head, self.version_at, self.order) in self.versions

    def size(self, head: bytes) -> int | None:
        """Bytes that a guest sees."""
        if self.size_at < 0 or self.size_at + 8 > len(head):
            return None
        size = _number(head, self.size_at, self.order, 8) * self.unit
        return size if size < 1 << 64 else None


_MAGICS = {
    "iso": _Magic(b"CD001", 32769),
    "vpc": _Magic(b"conectix", order=">", version=(12, (0x10000,)), size=(40, 1)),
    "vdi": _Magic(b"\x7f\x10\xda\xbe", 64, version=(68, (0x10001,)), size=(368, 1)),
    "ploop": _Magic(b"WithouFreSpacExt", size=(36, 512)),
    "cow": _Magic(b"OOOM", order=">", version=(4, (2,)), size=(1036, 1)),
    "qcow": _Magic(b"QFI", order=">", version=(4, (1,)), size=(24, 1)),
    "qcow2": _Magic(b"QFI", order=">", version=(4, (2, 3)), size=(24, 1)),
    "qed": _Magic(b"QED", size=(48, 1)),
    "vmdk": _Magic(b"KDMV", version=(4, (1, 2, 3)), size=(12, 512)),
}


def probe(head: bytes) -> Found:
    """What an image is, by its first ``HEAD`` bytes."""
    for format, magic in _MAGICS.items():
        if magic.fits(head):
            found = Found(format)
            found.capacity = magic.size(head)
            more = _MORE.get(format)
            if more is not None:
                more(head, found)
            return found
    found = Found("raw")
    if head.startswith(_LUKS) and head[6:8] == b"\x00\x01":
        found.encryption = "luks"
        found.payload = _number(head, 104, ">") * 512
    return found


def head_of(path: str) -> bytes:
    """The first bytes of a file or device.  Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        return os.pread(descriptor, HEAD, 0)
    finally:
        os.close(descriptor)


def _number(head: bytes, at: int, order: str, size: int = 4) -> int:
    part = head[at : at + size]
    return int.from_bytes(part, "big" if order == ">" else "little") if len(part) == size else -1


def _text(head: bytes, at: int, size: int) -> str | None:
    part = head[at : at + size]
    return os.fsdecode(part) if size and len(part) == size and b"\0" not in part else None


def _qcow(head: bytes, found: Found) -> None:
    if len(head) < 48:
        return
    at, size = struct.unpack(">QI", head[8:20])
    if 0 < size <= 1023:
        found.backing = _text(head, at, size)
    if found.format == "qcow":
        if _number(head, 36, ">") == 1:
            found.encryption = "qcow"
        return
    found.cluster_size = 1 << (_number(head, 20, ">") & 63)
    crypt = _number(head, 32, ">")
    found.encryption = {1: "qcow", 2: "luks"}.get(crypt)
    start = 72
    if _number(head, 4, ">") == 3:
        incompatible = max(0, _number(head, 72, ">", 8))
        compatible = max(0, _number(head, 80, ">", 8))
        found.compat = "1.1"
        found.features = _named(compatible, _COMPATIBLE) + _named(incompatible, _INCOMPATIBLE)
        start = _number(head, 100, ">")
    if found.backing is not None:
        found.backing_format = _extension(head, start, at)


def _named(bits: int, names: tuple[str | None, ...]) -> list[str]:
    return [name for number, name in enumerate(names) if name and bits >> number & 1]


def _extension(head: bytes, at: int, end: int) -> str | None:
    """The format of what is below, from the extensions between the header and its path."""
    while 0 < at < min(end, len(head)) - 8:
        kind, size = struct.unpack(">II", head[at : at + 8])
        at += 8
        if kind == 0:
            return None
        if kind == _BACKING_FORMAT:
            return _text(head, at, size)
        at += size  # libvirt does not round to eight here either
    return None


def _qed(head: bytes, found: Found) -> None:
    features = _number(head, 16, "<", 8)
    if features & _QED_BACKING:
        found.backing = _text(head, _number(head, 56, "<"), _number(head, 60, "<"))
        found.backing_format = "raw" if features & _QED_RAW else None


def _vmdk(head: bytes, found: Found) -> None:
    descriptor = head[0x200 : 0x200 + 20 * 512].split(b"\0")[0]
    _, _, rest = descriptor.partition(b'parentFileNameHint="')
    if rest:
        found.backing = os.fsdecode(rest.partition(b'"')[0])
        found.backing_format = "vmdk"


_MORE: dict[str, Callable[[bytes, Found], None]] = {
    "qcow": _qcow,
    "qcow2": _qcow,
    "qed": _qed,
    "vmdk": _vmdk,
}
