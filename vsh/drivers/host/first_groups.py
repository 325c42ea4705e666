"""One control group of the first version: what the kernel lets a group of processes have."""

from __future__ import annotations

import os
import time
from errno import EBUSY, EINVAL

from vsh.drivers.state.attempts import Ignoring
from vsh.errors import InvalidArgument, OperationInvalid, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

_SHARES = (2, 262144)
_THROTTLES = {"bytes": "bps", "iops": "iops"}
_WEIGHTS = ("blkio.weight", "blkio.bfq.weight")
_DEVICE_WEIGHTS = "blkio.weight_device"
_MEMORY_FILES = {
    "hard_limit": "memory.limit_in_bytes",
    "soft_limit": "memory.soft_limit_in_bytes",
    "swap_hard_limit": "memory.memsw.limit_in_bytes",
}
_UNLIMITED = 2**63 - 2**20
"""Bytes: more than this is no limit."""
_TRIES = 1000  # of some microseconds each
"""How often a group is made whose folder others take away at the same moment."""
_LEAVING = 0.5
"""Seconds that the last threads of a process that has ended may still be in its group."""


class Group:
    """One group of one controller, of the first version.

    path   its folder
    place  the tree that it is in
    """

    __slots__ = ("path", "place")

    def __init__(self, path: str, place: str) -> None:
        self.path = path
        self.place = place

    @property
    def exists(self) -> bool:
        """Whether it has been made."""
        return os.path.isdir(self.path)

    @property
    def parent(self) -> Self:
        """The group that it is in."""
        return type(self)(os.path.dirname(self.path), self.place)

    def child(self, name: str) -> Self:
        """A group inside it."""
        return type(self)(f"{self.path}/{name}", self.place)

    def children(self) -> list[Self]:
        """The groups inside it."""
        try:
            with os.scandir(self.path) as entries:
                return [type(self)(each.path, self.place) for each in entries if each.is_dir()]
        except FileNotFoundError:  # another thread has just removed it
            return []

    def make(self) -> None:
        """Make it, and those that it is in.  Raises SystemFailure."""
        try:
            for _ in range(_TRIES):  # the end of another guest may take away what it is in
                with Ignoring(FileNotFoundError):
                    os.makedirs(self.path, 0o755, exist_ok=True)
                    return
            os.makedirs(self.path, 0o755, exist_ok=True)
        except OSError as error:
            raise SystemFailure(
                f"Unable to create directory {self.path}: {error.strerror}"
            ) from None

    def has(self, name: str) -> bool:
        """Whether it has a file."""
        return os.path.exists(f"{self.path}/{name}")

    def get(self, name: str) -> str:
        """What a file of it says.  Raises SystemFailure."""
        try:
            with open(f"{self.path}/{name}", encoding="ascii") as file:
                return file.read().strip()
        except OSError as error:
            raise SystemFailure(
                f"Unable to read from '{self.path}/{name}': {error.strerror}"
            ) from None

    def set(self, name: str, value: object) -> None:
        """Write to a file of it.  Raises SystemFailure."""
        try:
            with open(f"{self.path}/{name}", "w", encoding="ascii") as file:
                file.write(str(value))
        except OSError as error:
            what = f"Unable to write to '{self.path}/{name}'"
            if error.errno == EINVAL:
                what = f"Invalid value '{value}' for '{name}'"
            raise SystemFailure(f"{what}: {error.strerror}") from None

    def take(self, process: int) -> None:
        """Take a process in, with all its threads.  Raises SystemFailure."""
        self._take([process], "cgroup.procs")

    def begin(self, name: str) -> Self:
        """Make a group inside it for some threads of what is in it.  Raises SystemFailure."""
        inner = self.child(name)
        inner.make()
        return inner

    def adopt(self, threads: Iterable[int]) -> None:
        """Take threads in; those that have ended are left out.  Raises SystemFailure."""
        self._take(threads, "tasks")

    def _take(self, threads: Iterable[int], name: str) -> None:
        for thread in threads:
            try:
                self.set(name, thread)
            except SystemFailure:
                if os.path.exists(f"/proc/{thread}"):
                    raise

    def inherit(self) -> None:
        """Groups of CPUs and nodes begin with none: it gets what the one above has."""
        for name in ("cpuset.cpus", "cpuset.mems"):
            if not self.get(name):
                self.set(name, self.parent.get(name))

    # ---- what it may have: in microseconds, KiB, host nodes; and what it had, in nanoseconds

    def shares(self) -> int:
        """Its part of CPU time among others."""
        return int(self.get("cpu.shares"))

    def set_shares(self, value: int) -> None:
        """Change it.  Raises SystemFailure, InvalidArgument."""
        least, most = _SHARES
        if not least <= value <= most:
            raise InvalidArgument(f"shares '{value}' must be in range [{least}, {most}]")
        self.set("cpu.shares", value)

    def bandwidth(self) -> tuple[int, int]:
        """The period, and how much CPU time it has in it: -1 for all."""
        return int(self.get("cpu.cfs_period_us")), int(self.get("cpu.cfs_quota_us"))

    def set_bandwidth(self, what: str, value: int) -> None:
        """Change its ``period`` or ``quota``.  Raises SystemFailure."""
        self.set(f"cpu.cfs_{what}_us", value)

    def memory(self, name: str) -> int | None:
        """A limit by its field in <memtune>; None for none."""
        file = _MEMORY_FILES[name]
        value = int(self.get(file)) if self.has(file) else _UNLIMITED
        return None if value >= _UNLIMITED else value // 1024

    def set_memory(self, name: str, value: int | None) -> None:
        """Change one.  Raises SystemFailure."""
        self.set(_MEMORY_FILES[name], -1 if value is None else value * 1024)

    def weight(self) -> int:
        """Its weight among others in block I/O; 0 where the host has none."""
        file = next((name for name in _WEIGHTS if self.has(name)), None)
        return 0 if file is None else int(self.get(file).split()[-1])

    def set_weight(self, value: int) -> None:
        """Change it.  Raises SystemFailure."""
        self.set(next((name for name in _WEIGHTS if self.has(name)), _WEIGHTS[0]), value)

    def check_weights(self) -> None:
        """Raises OperationInvalid where block devices cannot have weights of their own."""
        if not self.has(_DEVICE_WEIGHTS):
            raise OperationInvalid("blkio device weight is valid only for cfq scheduler")

    def set_device(self, device: str, field: str, value: int) -> None:
        """Change a limit of a block device: ``weight``, ``read_iops`` ... ``write_bytes``."""
        way, _, unit = field.partition("_")
        file = f"blkio.throttle.{way}_{_THROTTLES[unit]}_device" if unit else _DEVICE_WEIGHTS
        self.set(file, f"{device} {value}")

    def keep_to(self, cpus: str, nodes: str) -> None:
        """Have its threads run on these CPUs only, and have memory come from these nodes only; what
        is empty stays as it is.  Raises SystemFailure."""
        if cpus:
            self.set("cpuset.cpus", cpus)
        if nodes:
            self.set("cpuset.memory_migrate", 1)
            self.set("cpuset.mems", nodes)

    def set_nodes(self, nodes: str) -> None:
        """Have memory come from these nodes from now on, that which is there too."""
        children = self.children()
        for each in (self, *children):
            each.set("cpuset.memory_migrate", 1)
        # a group's nodes are among those of the one that it is in
        self.set("cpuset.mems", type(self)(self.place, self.place).get("cpuset.mems"))
        for each in (*children, self):
            each.set("cpuset.mems", nodes)

    def cpu_times(self) -> tuple[int, int, int]:
        """All, user and system time."""
        ticks = dict(line.split() for line in self.get("cpuacct.stat").splitlines())
        tick = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
        return (
            int(self.get("cpuacct.usage")), int(ticks["user"]) * tick, int(ticks["system"]) * tick,
        )  # fmt: skip

    def times_by_cpu(self) -> list[int]:
        """What each CPU of the host gave it.  Raises OperationUnsupported."""
        return [int(word) for word in self.get("cpuacct.usage_percpu").split()]

    def confine(self, devices: Iterable[tuple[str, int, int]]) -> None:
        """Let it use these devices only: kind ("b", "c"), major and minor (-1: any) number.

        Raises SystemFailure.
        """
        self.set("devices.deny", "a")
        self.allow(devices)

    def allow(self, devices: Iterable[tuple[str, int, int]]) -> None:
        """Let it use more devices.  Raises SystemFailure."""
        for kind, major, minor in devices:
            self.set("devices.allow", f"{kind} {major}:{'*' if minor < 0 else minor} rwm")

    def remove(self) -> None:
        """Remove it with those inside it; what still has processes stays."""
        with Ignoring(OSError):
            for each in self.children():
                each.remove()
        until = time.monotonic() + _LEAVING
        while True:
            try:
                os.rmdir(self.path)
            except OSError as error:
                if error.errno != EBUSY or time.monotonic() > until:
                    return
                time.sleep(0.002)
            else:
                return
