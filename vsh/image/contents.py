"""What is in an image beside its guest's data: snapshots and bitmaps of a qcow2, what is below it.

Only looked at, never changed: a QEMU may have it open.  The forms are those of QEMU's own
specification (docs/interop/qcow2.txt).
"""

from __future__ import annotations

import os
import struct

from vsh.image.probe import head_of, probe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.image.probe import Found

MOST = 65536
"""More snapshots or bitmaps than an image can have."""
_BITMAPS = 0x23852875  # header extension
_SNAPSHOT = struct.Struct(">QIHHIIQII")
_BITMAP = struct.Struct(">QIIBBHI")
_IN_USE, _RECORDING = 1, 2
_SOUND = 1  # autoclear feature: whoever wrote last knew of bitmaps
_LONGEST = 16 << 20


class Inside:
    """A snapshot inside an image.

    seconds  since 1970, when it was taken
    memory   bytes of a guest's memory that are with it
    """

    __slots__ = ("memory", "seconds")

    def __init__(self, seconds: int, memory: int) -> None:
        self.seconds = seconds
        self.memory = memory


class Contents:
    """What is in an image.

    found      its format, size, and what it says is below it
    backing    the path of what is below, "" where that is no file
    snapshots  by name
    bitmaps    by name: "", or what is wrong with it
    """

    __slots__ = ("backing", "bitmaps", "found", "snapshots")

    def __init__(self, found: Found) -> None:
        self.found = found
        self.backing: str | None = None
        self.snapshots: dict[str, Inside] = {}
        self.bitmaps: dict[str, str] = {}


_known: dict[str, tuple[tuple[int, ...], Contents | None]] = {}


def look(path: str) -> Contents | None:
    """What is in an image; None where it may not be looked at.  Raises FileNotFoundError."""
    try:
        status = os.stat(path)
        mark = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
        known = _known.get(path)
        if known is not None and known[0] == mark:
            return known[1]
        contents = _read(path)
    except (FileNotFoundError, NotADirectoryError):
        raise FileNotFoundError(path) from None
    except (OSError, ValueError):
        return None
    _known[path] = mark, contents
    return contents


def _read(path: str) -> Contents | None:
    head = head_of(path)
    contents = Contents(probe(head))
    backing = contents.found.backing
    if backing is not None:
        contents.backing = _resolved(backing, path)
    if contents.found.format == "qcow2":
        try:
            _inside(path, head, contents)
        except (struct.error, OverflowError):
            return None  # it is damaged, or being written
    return contents


def _resolved(backing: str, path: str) -> str:
    """The path of what an image says is below it."""
    plain = backing.removeprefix("file:")
    if backing.startswith("json:") or "://" in plain:
        return ""
    return os.path.normpath(os.path.join(os.path.dirname(path), plain))


def _inside(path: str, head: bytes, contents: Contents) -> None:
    count, at = struct.unpack(">IQ", head[60:72])
    version = int.from_bytes(head[4:8], "big")
    bitmaps = _bitmap_directory(head) if version >= 3 else None
    sound = version >= 3 and int.from_bytes(head[88:96], "big") & _SOUND
    if not count and bitmaps is None:
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
    try:
        if 0 < count <= MOST:
            _snapshots(os.pread(descriptor, _LONGEST, at), count, contents)
        if bitmaps is not None:
            number, size, place = bitmaps
            table = os.pread(descriptor, min(size, _LONGEST), place)
            _bitmaps(table, min(number, MOST), contents, sound=bool(sound))
    finally:
        os.close(descriptor)


def _bitmap_directory(head: bytes) -> tuple[int, int, int] | None:
    """How many bitmaps there are, and the size and place of their directory."""
    at = int.from_bytes(head[100:104], "big")
    while 0 < at < len(head) - 8:
        kind, size = struct.unpack(">II", head[at : at + 8])
        at += 8
        if kind == 0:
            return None
        if kind == _BITMAPS:
            number, _, length, place = struct.unpack(">IIQQ", head[at : at + 24])
            return number, length, place
        at += (size + 7) & ~7
    return None


def _snapshots(table: bytes, count: int, contents: Contents) -> None:
    at = 0
    for _ in range(count):
        _, _, id_size, name_size, seconds, _, _, memory, more = _SNAPSHOT.unpack_from(table, at)
        at += _SNAPSHOT.size
        if more >= 8:
            memory = int.from_bytes(table[at : at + 8], "big")
        at += more + id_size
        name = table[at : at + name_size].decode("utf-8", "surrogateescape")
        contents.snapshots[name] = Inside(seconds, memory)
        at = (at + name_size + 7) & ~7


def _bitmaps(table: bytes, count: int, contents: Contents, *, sound: bool) -> None:
    at = 0
    for _ in range(count):
        _, _, flags, _, _, name_size, more = _BITMAP.unpack_from(table, at)
        at += _BITMAP.size + more
        name = table[at : at + name_size].decode("utf-8", "surrogateescape")
        wrong = ""
        if flags & _IN_USE or not sound:
            wrong = "was not closed properly"
        elif not flags & _RECORDING:
            wrong = "does not record"
        contents.bitmaps[name] = wrong
        at = (at + name_size + 7) & ~7
