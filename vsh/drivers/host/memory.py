"""The memory of this machine: how much, in which NUMA node, in pages of which sizes.

Facts of the kernel: /proc/meminfo, /sys/devices/system/node/nodeN/{meminfo,distance,hugepages} and
/sys/kernel/mm/hugepages (Documentation/admin-guide/mm/hugetlbpage.rst).  Sizes are in KiB.
"""

from __future__ import annotations

import errno
import os

from vsh.drivers.host import sysfs
from vsh.errors import OperationFailed, SystemFailure

SYSTEM = "/sys/devices/system"
MEMINFO = "/proc/meminfo"
HUGEPAGES = "/sys/kernel/mm/hugepages"


class Memory:
    """The memory of a host.

    system     the folder that stands for /sys/devices/system
    meminfo    the file that stands for /proc/meminfo
    hugepages  the folder that stands for /sys/kernel/mm/hugepages
    """

    def __init__(
        self, system: str = SYSTEM, meminfo: str = MEMINFO, hugepages: str = HUGEPAGES
    ) -> None:
        self.system = system
        self.meminfo = meminfo
        self.hugepages = hugepages

    def nodes(self) -> list[int]:
        """The numbers of the NUMA nodes, in order; empty where the kernel shows none."""
        try:
            names = os.listdir(f"{self.system}/node")
        except OSError:
            return []
        return sorted(int(name[4:]) for name in names if name[:4] == "node" and name[4:].isdigit())

    def figures(self, node: int | None = None) -> dict[str, int]:
        """The kernel's figures of a node (None: of the host) by their names, in KiB.

        Raises SystemFailure where there are none.
        """
        path = self.meminfo if node is None else f"{self.system}/node/node{node}/meminfo"
        text = sysfs.word(path)
        if text is None:
            raise SystemFailure(f"cannot open {path}: {os.strerror(errno.ENOENT)}")
        found = {}
        for line in text.splitlines():
            name, _, value = line.partition(":")
            words = value.split()
            if words and words[0].isdigit():
                found[name.split()[-1]] = int(words[0])
        return found

    def total(self, node: int | None = None) -> int:
        """How much memory a node has (None: the host)."""
        return self.figures(node).get("MemTotal", 0)

    def free(self, node: int | None = None) -> int:
        """How much memory of a node is free (None: of the host)."""
        return self.figures(node).get("MemFree", 0)

    def everywhere(self) -> tuple[int, int]:
        """How much memory all nodes have together, and how much of it is free."""
        nodes: list[int | None] = [*self.nodes()] or [None]
        return sum(map(self.total, nodes)), sum(map(self.free, nodes))

    def distances(self, node: int) -> list[int]:
        """How far each node is from this one, as the firmware counts; empty where it does not."""
        text = sysfs.word(f"{self.system}/node/node{node}/distance")
        return [int(word) for word in (text or "").split() if word.isdecimal()]

    def page_sizes(self) -> list[int]:
        """The sizes of pages, the usual one first."""
        return [_usual(), *sorted(self._huge(None))]

    def pages(self, node: int | None = None) -> list[tuple[int, int, int]]:
        """For each size of pages: the size, how many pages there are, how many are free.

        Those of the usual size are what the others leave.
        """
        huge = self._huge(node)
        taken = sum(size * count for size, (count, _) in huge.items())
        usual = _usual()
        count = max(0, self.total(node) - taken) // usual
        free = self.free(node) // usual
        rest = [(size, *huge[size]) for size in sorted(huge)]
        return [(usual, count, free), *rest]

    def set_pages(self, size: int, count: int, node: int | None = None) -> int:
        """Have so many huge pages of a size; gives how many there are then.

        The kernel gives what it can.  Raises OperationFailed where it knows no such size,
        SystemFailure where it takes no order.
        """
        path = f"{self._huge_folder(node)}/hugepages-{size}kB/nr_hugepages"
        try:
            with open(path, "w", encoding="ascii") as file:
                file.write(str(count))
        except FileNotFoundError:
            raise OperationFailed(f"page size or NUMA node not available: {size}") from None
        except OSError as error:
            raise SystemFailure(f"Unable to write to: {path}: {error.strerror}") from None
        return sysfs.number(path) or 0

    def _huge_folder(self, node: int | None) -> str:
        return self.hugepages if node is None else f"{self.system}/node/node{node}/hugepages"

    def _huge(self, node: int | None) -> dict[int, tuple[int, int]]:
        """By the size of huge pages: how many there are, how many are free."""
        folder = self._huge_folder(node)
        found = {}
        try:
            names = os.listdir(folder)
        except OSError:
            return {}
        for name in names:
            size = name.removeprefix("hugepages-").removesuffix("kB")
            if size.isdigit():
                count = sysfs.number(f"{folder}/{name}/nr_hugepages") or 0
                free = sysfs.number(f"{folder}/{name}/free_hugepages") or 0
                found[int(size)] = (count, free)
        return found


def _usual() -> int:
    return os.sysconf("SC_PAGE_SIZE") // 1024
