"""The host's part of the capabilities: NUMA cells, interconnects, caches, what can be shared out.

Read from sysfs (Documentation/admin-guide/mm/numaperf.rst) and resctrl (Documentation/arch/x86/
resctrl.rst) into the models of ``vsh.xml.host.capabilities``; the document is libvirt's.
"""

from __future__ import annotations

import os

from vsh.drivers.host import resctrl, sysfs
from vsh.drivers.host.cpus import Cpus
from vsh.drivers.host.memory import Memory
from vsh.drivers.host.resctrl import pretty
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import Error, InternalError
from vsh.xml.host.capabilities import (
    Bank,
    Cell,
    CellCache,
    Distance,
    Host,
    HostThread,
    Link,
    PageSize,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LEAST_LEVEL = 3
"""Caches below this one are each core's own and not shown."""
_ASSOCIATIVITIES = ("direct", "full", "none")
_POLICIES = ("writeback", "writethrough", "none")
_TYPES = {"Unified": "both", "Instruction": "code", "Data": "data"}


def describe(
    host: Host, cpus: Cpus, memory: Memory, resctrl_folder: str = "/sys/fs/resctrl"
) -> None:
    """Fill in topology, caches and memory bandwidth of a host.

    As libvirt has it: where the kernel's files of the nodes cannot be read the host is one that has
    none, and caches are told of as far as their files can be read.
    """
    arch = host.cpu.arch if host.cpu is not None and host.cpu.arch else os.uname().machine
    links: list[Link] = []
    known = True
    try:
        host.cells = cells(cpus, memory, arch)
        links = interconnects(cpus.system)
    except Error:
        known, host.cells = False, []
        with Ignoring(Error):
            host.cells = _alike(cpus, memory, arch)
            known = True
    host.cell_count = len(host.cells) if known else None
    host.latencies = [link for link in links if link.unit is None]
    host.bandwidths = [link for link in links if link.unit is not None]
    with Ignoring(Error):
        sharing = resctrl.Sharing(resctrl_folder)
        for bank in banks(cpus):
            bank.controls = sharing.controls(bank)
            host.caches.append(bank)
        host.caches.sort(key=lambda bank: (bank.level or 0, bank.id or 0))
        sharing.finish(host)


def cells(cpus: Cpus, memory: Memory, arch: str = "x86_64") -> list[Cell]:
    """The NUMA cells; a host without NUMA is one cell that has all.  Raises Error.

    arch  the host's architecture
    """
    nodes = memory.nodes()
    if not nodes:
        return _alike(cpus, memory, arch)
    found = []
    for node in nodes:
        own = sysfs.numbers(f"{cpus.system}/node/node{node}/cpulist", empty=True)
        if own is None:
            continue  # a node that was taken away
        cell = _cell(node, own, cpus, memory)
        cell.distances = [
            Distance(id=other, value=value)
            for other, value in zip(nodes, memory.distances(node), strict=False)
            if value
        ]
        cell.caches = _side_caches(f"{cpus.system}/node/node{node}/memory_side_cache")
        found.append(cell)
    return found


def _alike(cpus: Cpus, memory: Memory, arch: str) -> list[Cell]:
    """Cells of a host of which only numbers are known: its CPUs, in order, all alike."""
    counted = cpus.arrangement(arch)
    found, number = [], 0
    for _ in range(counted.nodes):
        threads = []
        for place in range(counted.sockets * counted.cores):
            socket, core = divmod(place, counted.cores)
            together = range(number, number + counted.threads)
            threads += [
                HostThread(id=cpu, socket=socket, die=0, core=core, siblings=ranges(set(together)))
                for cpu in together
                if sysfs.number(f"{cpus.system}/cpu/cpu{cpu}/online") != 0
            ]
            number += counted.threads
        total = memory.everywhere()[0]
        found.append(Cell(id=0, memory=total, pages=[], cpu_count=len(threads), cpus=threads))
    return found


def _cell(node: int, own: set[int], cpus: Cpus, memory: Memory) -> Cell:
    return Cell(
        id=node,
        memory=memory.total(node),
        pages=[
            PageSize(unit="KiB", size=size, count=count) for size, count, _ in memory.pages(node)
        ],
        cpu_count=len(own),
        cpus=[_thread(cpu, cpus) for cpu in sorted(own)],
    )


def _thread(cpu: int, cpus: Cpus) -> HostThread:
    return HostThread(
        id=cpu,
        socket=cpus.socket(cpu),
        die=cpus.die(cpu),
        core=cpus.core(cpu),
        siblings=ranges(cpus.siblings(cpu)),
    )


def _side_caches(folder: str) -> list[CellCache]:
    found = []
    for level, place in _numbered(folder, "index"):
        found.append(
            CellCache(
                level=level,
                associativity=_word(f"{place}/indexing", _ASSOCIATIVITIES, "indexing"),
                policy=_word(f"{place}/write_policy", _POLICIES, "write_policy"),
                size=_needed(f"{place}/size") >> 10,
                size_unit="KiB",
                line_size=_needed(f"{place}/line_size"),
                line_unit="B",
            )
        )
    return found


def interconnects(system: str) -> list[Link]:
    """How fast the CPUs' nodes reach each node's memory: latencies, then bandwidths, in order.

    The kernel shows the best path of each node (``access1``: from CPUs only).
    """
    latencies, bandwidths = [], []
    for target, place in _numbered(f"{system}/node", "node"):
        folder = f"{place}/access1/initiators"
        if not os.path.isdir(folder):
            continue
        for initiator, _ in _numbered(folder, "node"):
            ends = {"initiator": initiator, "target": target}
            for type in ("read", "write"):
                latency = _needed(f"{folder}/{type}_latency")
                latencies.append(Link(**ends, type=type, value=latency))
                speed = _needed(f"{folder}/{type}_bandwidth") << 10  # the kernel counts in MiB
                bandwidths.append(Link(**ends, type=type, value=speed, unit="KiB"))
    for links in (latencies, bandwidths):
        links.sort(key=lambda link: (link.initiator or 0, link.target or 0))
    return latencies + bandwidths


def banks(cpus: Cpus, least: int = LEAST_LEVEL) -> Iterator[Bank]:
    """The caches of the CPUs from a level on, as they are found.  Raises Error."""
    seen = set()
    for cpu in sorted(cpus.online()):
        for _, place in _numbered(f"{cpus.system}/cpu/cpu{cpu}/cache", "index"):
            level = _needed(f"{place}/level")
            if level < least:
                continue
            id, kind = sysfs.number(f"{place}/id"), sysfs.word(f"{place}/type")
            size, shared = sysfs.word(f"{place}/size"), sysfs.numbers(f"{place}/shared_cpu_list")
            if id is None or kind is None or size is None or shared is None:
                continue
            if kind not in _TYPES:
                raise InternalError(f"Unknown cache type '{kind}'")
            key = (level, id, _TYPES[kind], _scaled(size, place), ranges(shared))
            if key not in seen:
                seen.add(key)
                value, unit = pretty(key[3])
                yield Bank(id=id, level=level, type=key[2], size=value, unit=unit, cpus=key[4])


def ranges(numbers: set[int]) -> str:
    """A set as libvirt and the kernel write it: "0-3,8"."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in parts)


def _numbered(folder: str, prefix: str) -> Iterator[tuple[int, str]]:
    """The entries ``prefixN`` of a folder by their numbers; none where there is no folder."""
    try:
        names = os.listdir(folder)
    except OSError:
        return
    numbers = [int(n[len(prefix) :]) for n in names if n.startswith(prefix) and n[-1].isdigit()]
    for number in sorted(numbers):
        yield number, f"{folder}/{prefix}{number}"


def _needed(path: str) -> int:
    found = sysfs.number(path)
    if found is None:
        raise InternalError(f"File '{path}' does not exist")
    return found


def _word(path: str, words: tuple[str, ...], what: str) -> str:
    number = _needed(path)
    if not 0 <= number < len(words):
        raise InternalError(f"unknown {what} value '{number}'")
    return words[number]


def _scaled(text: str, place: str) -> int:
    """A size as the kernel writes it ("16384K"), in bytes; without a unit it is in KiB."""
    digits = text.rstrip("KMGTPE")
    unit = text[len(digits) :] or "K"
    if not digits.isdigit() or len(unit) > 1:
        raise InternalError(
            f"Invalid unsigned scaled integer value '{text}' in file '{place}/size'"
        )
    return int(digits) << 10 * ("KMGTPE".index(unit) + 1)
