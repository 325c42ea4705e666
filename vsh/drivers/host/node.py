"""The machine itself: its CPUs, memory, pages, memory sharing, sleep and firmware's tables."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import threading
import time

from vsh.api.connection import host
from vsh.api.connection.records import NodeCpuMap, NodeInfo
from vsh.api.types import TypedParams
from vsh.drivers.host import processor
from vsh.drivers.host.cpus import Cpus
from vsh.drivers.host.memory import Memory
from vsh.drivers.part import Part
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import (
    ArgumentUnsupported,
    ConfigUnsupported,
    InternalError,
    InvalidArgument,
    OperationFailed,
    OperationInvalid,
    OperationUnsupported,
    SystemFailure,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection

KSM = "/sys/kernel/mm/ksm"
_KSM_FILES = {
    "shm_pages_to_scan": "pages_to_scan", "shm_sleep_millisecs": "sleep_millisecs",
    "shm_pages_shared": "pages_shared", "shm_pages_sharing": "pages_sharing",
    "shm_pages_unshared": "pages_unshared", "shm_pages_volatile": "pages_volatile",
    "shm_full_scans": "full_scans", "shm_merge_across_nodes": "merge_across_nodes",
}  # fmt: skip
_KSM_SETTINGS = ("shm_pages_to_scan", "shm_sleep_millisecs", "shm_merge_across_nodes")
_MEMORY = {"MemTotal": "total", "MemFree": "free", "Buffers": "buffers", "Cached": "cached"}
_TARGETS = (("mem", "Suspend-to-RAM"), ("disk", "Suspend-to-Disk"), ("hybrid", "Hybrid-Suspend"))
_SLEEP = {"mem": "suspend", "disk": "hibernate", "hybrid": "hybrid-sleep"}
_SHORTEST = 60
"""Seconds that a host has to sleep at least."""
PAUSE = 10.0
"""Seconds from the answer to the sleep, so that the answer gets away."""


class Node(Part, answers=host):
    """Answers about the machine."""

    def node_get_info(self, connection: Connection) -> NodeInfo:
        machine = os.uname().machine
        found = Cpus().arrangement(machine)
        return NodeInfo(
            machine, Memory().everywhere()[0], found.cpus, found.mhz, found.nodes, found.sockets,
            found.cores, found.threads,
        )  # fmt: skip

    def node_get_free_memory(self, connection: Connection) -> int:
        return Memory().everywhere()[1] * 1024

    def node_get_cells_free_memory(
        self, connection: Connection, first: int, most: int
    ) -> list[int]:
        memory = Memory()
        found = []
        for node in _cells(memory, first, most):
            found.append(0)  # there may be no node of that number
            with Ignoring(SystemFailure):
                found[-1] = memory.free(node) * 1024
        return found

    def node_get_cpu_map(self, connection: Connection, flags: int = 0) -> NodeCpuMap:
        self.accept(flags, 0, "virNodeGetCPUMap")
        cpus = Cpus()
        present, online = cpus.present(), cpus.online()
        size = max(present) + 1
        bits = bytearray((size + 7) // 8)
        for cpu in online & set(range(size)):
            bits[cpu // 8] |= 1 << cpu % 8
        return NodeCpuMap(bytes(bits), len(online), size)

    def node_get_cpu_stats(
        self, connection: Connection, cpu: int, flags: int = 0
    ) -> dict[str, int]:
        self.accept(flags, 0, "virHostCPUGetStats")
        return Cpus().times(None if cpu == -1 else cpu)

    def node_get_memory_stats(
        self, connection: Connection, cell: int, flags: int = 0
    ) -> dict[str, int]:
        self.accept(flags, 0, "virHostMemGetStats")
        memory = Memory()
        if cell != -1 and not 0 <= cell <= max(memory.nodes(), default=0):
            most = max(memory.nodes(), default=0)
            raise InvalidArgument.whole(
                f"cellNum in virHostMemGetStats must be less than or equal to {most}"
            )
        found = memory.figures(None if cell == -1 else cell)
        told = {word: found[name] for name, word in _MEMORY.items() if name in found}
        if not told:
            raise InternalError("no available memory line found")
        return told

    def node_get_free_pages(
        self, connection: Connection, sizes: list[int], first: int, most: int, flags: int = 0
    ) -> list[int]:
        self.accept(flags, 0, "virHostMemGetFreePages")
        memory = Memory()
        counts = []
        for node in _cells(memory, first, most):
            place = node if node >= 0 and memory.nodes() else None
            free = {size: left for size, _, left in memory.pages(place)}
            for size in sizes:
                if size not in free:
                    raise _no_pages(size, node, place)
                counts.append(free[size])
        if not counts:
            raise InternalError("no suitable info found")
        return counts

    def node_alloc_pages(
        self, connection: Connection, sizes: list[int], counts: list[int], first: int, most: int,
        flags: int = 0,
    ) -> int:  # fmt: skip
        self.accept(flags, 1, "virHostMemAllocPages")
        memory = Memory()
        done = 0
        for node in _cells(memory, first, most):
            place = node if node >= 0 and memory.nodes() else None
            there = {size: count for size, count, _ in memory.pages(place)}
            for size, count in zip(sizes, counts, strict=True):
                if size == memory.page_sizes()[0]:
                    raise OperationUnsupported("system pages pool can't be modified")
                if size not in there:
                    raise _no_pages(size, node, place)
                wanted = count if flags & 1 else there[size] + count
                if memory.set_pages(size, wanted, place) >= wanted:
                    done += 1
        return done

    def node_get_memory_parameters(self, connection: Connection, flags: int = 0) -> TypedParams:
        self.accept(flags, 4, "virHostMemGetParameters")  # a word for typed texts
        found = TypedParams()
        for word, name in _KSM_FILES.items():
            try:
                with open(f"{KSM}/{name}", encoding="ascii") as file:
                    kind = "uint" if word in _KSM_SETTINGS else "ullong"
                    found.set(word, kind, int(file.read()))
            except FileNotFoundError:
                continue
            except (OSError, ValueError) as error:
                raise InternalError(f"failed to read {KSM}/{name}: {error}") from None
        return found

    def node_set_memory_parameters(
        self, connection: Connection, params: TypedParams, flags: int = 0
    ) -> None:
        self.accept(flags, 0, "virHostMemSetParameters")
        for word in params:
            if word not in _KSM_SETTINGS:
                raise InvalidArgument(f"parameter '{word}' not supported")
            if not os.path.exists(f"{KSM}/{_KSM_FILES[word]}"):
                raise OperationInvalid(
                    f"Parameter '{_KSM_FILES[word]}' is not supported by this kernel"
                )
        for word, value in params.items():
            path = f"{KSM}/{_KSM_FILES[word]}"
            try:
                with open(path, "w", encoding="ascii") as file:
                    file.write(str(value))
            except OSError:  # whatever the kernel says: libvirt tells of one reason alone
                why = os.strerror(errno.EPERM)
                raise SystemFailure(f"failed to set {word}: {why}") from None

    def node_suspend_for_duration(
        self, connection: Connection, target: int, duration: int, flags: int = 0
    ) -> None:
        self.accept(flags, 0, "virNodeSuspend")
        if not 0 <= target < len(_TARGETS):
            raise InvalidArgument("Invalid suspend target")
        word, name = _TARGETS[target]
        if not processor.suspends()[word]:
            raise ArgumentUnsupported(name)
        if duration < _SHORTEST:
            raise InvalidArgument("Suspend duration is too short")
        _wake_up_after(duration)
        threading.Thread(target=_sleep, args=(word,), name="host-suspend", daemon=True).start()

    def get_sysinfo(self, connection: Connection, flags: int = 0) -> str:
        from vsh.drivers.host import smbios

        self.accept(flags, 0, "virConnectGetSysinfo")
        found = smbios.document()
        if found is None:
            raise ConfigUnsupported("Host SMBIOS information is not available")
        return found


def _cells(memory: Memory, first: int, most: int) -> range:
    """The numbers of cells; -1 stands for the whole host."""
    last = max(memory.nodes(), default=0)
    if not -1 <= first <= last:
        raise InternalError(f"start cell {first} out of range (0-{last})")
    return range(first, min(first + most - 1, last) + 1)


def _no_pages(size: int, node: int, place: int | None) -> OperationFailed:
    where = "" if place is None else f" on node {node}"
    return OperationFailed(f"page size {size} is not available{where}")


def _wake_up_after(seconds: int) -> None:
    """Set the alarm of the host's clock.  Raises InternalError, OperationUnsupported."""
    program = shutil.which("rtcwake", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        raise OperationUnsupported("rtcwake, which wakes the host, is not installed")
    done = subprocess.run(
        [program, "-m", "no", "-s", str(seconds)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise InternalError(f"the host's clock takes no alarm: {done.stderr.strip()}")


def _sleep(word: str) -> None:
    time.sleep(PAUSE)
    subprocess.run(["systemctl", _SLEEP[word]], check=False, capture_output=True)
