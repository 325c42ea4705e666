"""A device's partitions and the room between them, as parted(8) tells of them.

Sizes and places are in bytes; an ``end`` is the first byte after.
"""

from __future__ import annotations

import os

from vsh.drivers.host.volume import work
from vsh.errors import InternalError

NORMAL, LOGICAL, EXTENDED = "normal", "logical", "extended"
_SECTOR = 512
_EXTENDED_CODES = (0x05, 0x0F, 0x85)
_PRIMARIES = 4


class Area:
    """A part of a device.

    kind  NORMAL, or LOGICAL for one inside the extended partition
    """

    __slots__ = ("end", "kind", "start")

    def __init__(self, start: int, end: int, kind: str = NORMAL) -> None:
        self.start = start
        self.end = end
        self.kind = kind


class Partition(Area):
    """A partition.

    number  parted's
    path    its device
    """

    __slots__ = ("number", "path")

    def __init__(self, start: int, end: int, kind: str, number: int, path: str) -> None:
        super().__init__(start, end, kind)
        self.number = number
        self.path = path

    @property
    def name(self) -> str:
        """Its device's name."""
        return self.path.rpartition("/")[2]


class Table:
    """What is on a device.

    cylinder    bytes of one
    partitions  in the order of their places
    free        the room between them, likewise
    """

    __slots__ = ("cylinder", "free", "partitions")

    def __init__(self, cylinder: int, partitions: list[Partition], free: list[Area]) -> None:
        self.cylinder = cylinder
        self.partitions = partitions
        self.free = free

    @property
    def extended(self) -> Partition | None:
        """The partition that has others in it."""
        return next((part for part in self.partitions if part.kind == EXTENDED), None)

    @property
    def is_full(self) -> bool:
        """Whether a DOS table has room for logical partitions only."""
        return sum(part.kind != LOGICAL for part in self.partitions) >= _PRIMARIES

    def room(self, size: int, *, dos: bool) -> tuple[int, int]:
        """Where a new partition is to go: its first and its last byte.

        The smallest room that is large enough; in a DOS table it ends with a cylinder.
        Raises InternalError where there is none.
        """
        logical = dos and self.is_full
        extra = self.cylinder - size % self.cylinder
        best: tuple[int, Area, int] | None = None
        for free in self.free:
            length, needed = free.end - free.start, size
            if dos:
                needed += extra
                if free.start % self.cylinder > extra:
                    needed += self.cylinder
                if logical:
                    length -= _SECTOR
            fits = length > needed and (best is None or length < best[0])
            if fits and (free.kind == LOGICAL) == logical:
                best = length, free, needed
        if best is None:
            raise InternalError("no large enough free extent")
        start = best[1].start + (_SECTOR if logical else 0)
        end = start + best[2] - (start % self.cylinder if dos else 0)
        return start, end - 1


def read(device: str, *, separator: bool = False) -> Table:
    """The partitions of a device.  Raises InternalError, SystemFailure.

    separator  the names of a device mapper's partitions have a "p" before the number
    """
    heads, sectors, cylinders = _geometry(device)
    cylinder = heads * sectors * _SECTOR
    lines = work.run(["parted", "-m", "-s", device, "unit", "B", "print", "free"]).splitlines()
    if len(lines) < 2:
        raise InternalError(f"unable to access disk {device}")
    dos = lines[1].split(":")[5] == "msdos"
    whole = _extended_number(device) if dos else None
    begin = _beginning(device, separator=separator)
    partitions: list[Partition] = []
    free: list[Area] = []
    for line in lines[2:]:
        number, start, end, _, what, *_ = line.rstrip(";").split(":")
        area = Area(int(start[:-1]), int(end[:-1]) + 1)
        if dos:
            area.end = min(area.end, cylinder * cylinders)
        if what == "free":
            free.append(area)
            continue
        kind = EXTENDED if int(number) == whole else NORMAL
        kind = LOGICAL if dos and int(number) > _PRIMARIES else kind
        end_of = int(end[:-1]) + 1
        partitions.append(Partition(area.start, end_of, kind, int(number), f"{begin}{number}"))
    table = Table(cylinder, partitions, [each for each in free if each.start < each.end])
    for each in table.free:
        each.kind = _kind_at(table, each)
        each.start = max(each.start, _first(sectors) if dos else _SECTOR)
    return table


def _first(sectors: int) -> int:
    """The first byte of a DOS device that can be used: the first track is the table's."""
    return sectors * _SECTOR


def _kind_at(table: Table, area: Area) -> str:
    outer = table.extended
    inside = outer is not None and outer.start <= area.start < outer.end
    return LOGICAL if inside else NORMAL


def _geometry(device: str) -> tuple[int, int, int]:
    """Heads, sectors and cylinders."""
    told = work.run(["parted", "-m", "-s", device, "unit", "chs", "print"]).splitlines()
    if len(told) < 3:
        raise InternalError("Failed to create disk pool geometry")
    cylinders, heads, sectors, *_ = told[2].split(":")
    return int(heads), int(sectors), int(cylinders)


def _extended_number(device: str) -> int | None:
    """Which of the four entries of a DOS table is the extended partition."""
    descriptor = os.open(device, os.O_RDONLY | os.O_CLOEXEC)
    try:
        table = os.pread(descriptor, 64, 446)
    finally:
        os.close(descriptor)
    for number in range(_PRIMARIES):
        if table[16 * number + 4] in _EXTENDED_CODES:
            return number + 1
    return None


def _beginning(device: str, *, separator: bool) -> str:
    """What the paths of a device's partitions begin with."""
    mapped = device.startswith("/dev/mapper/")
    path = device if mapped else os.path.realpath(device)
    return path + ("p" if path[-1:].isdigit() or (mapped and separator) else "")
