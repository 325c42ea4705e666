"""Control groups of the second version: one tree, whose controllers are switched on going down.

The threads of a process that is in a group are divided among groups inside it (threaded groups).
"""

from __future__ import annotations

import os

from vsh.drivers.host.first_groups import Group
from vsh.errors import InvalidArgument, OperationUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

_SWITCHED = ("cpu", "cpuset", "memory", "io")
_OF_THREADS = ("cpu", "cpuset")
_MEMORY_FILES = {
    "hard_limit": "memory.max",
    "soft_limit": "memory.high",
    "swap_hard_limit": "memory.swap.max",
}
_THROTTLES = {
    "read_bytes": "rbps", "write_bytes": "wbps", "read_iops": "riops", "write_iops": "wiops",
}  # fmt: skip
_WEIGHTS = ("io.bfq.weight", "io.weight")
_ALLOWED = "trusted.vsh.devices"
_SHARES = (1, 10000)


class UnifiedGroup(Group):
    """One group of the second version."""

    __slots__ = ()

    def make(self) -> None:
        below = os.path.relpath(self.path, self.place).split("/")
        for place in range(len(below)):
            above = type(self)("/".join([self.place, *below[:place]]), self.place)
            if place:
                Group.make(above)
            above.switch_on(_SWITCHED)
        super().make()

    def switch_on(self, controllers: Iterable[str]) -> None:
        """Have groups inside it be limited by controllers, as far as it has them."""
        there = self.get("cgroup.controllers").split()
        on = self.get("cgroup.subtree_control").split()
        for name in controllers:
            if name in there and name not in on:
                self.set("cgroup.subtree_control", f"+{name}")

    def begin(self, name: str) -> Self:
        inner = self.child(name)
        Group.make(inner)
        inner.set("cgroup.type", "threaded")
        self.switch_on(_OF_THREADS)
        return inner

    def adopt(self, threads: Iterable[int]) -> None:
        self._take(threads, "cgroup.threads")

    def inherit(self) -> None:
        """A group without CPUs and nodes of its own has those of the one above."""

    def shares(self) -> int:
        return int(self.get("cpu.weight"))

    def set_shares(self, value: int) -> None:
        least, most = _SHARES
        if not least <= value <= most:
            raise InvalidArgument(f"shares '{value}' must be in range [{least}, {most}]")
        self.set("cpu.weight", value)

    def bandwidth(self) -> tuple[int, int]:
        quota, period = self.get("cpu.max").split()
        return int(period), -1 if quota == "max" else int(quota)

    def set_bandwidth(self, what: str, value: int) -> None:
        period, quota = self.bandwidth()
        period, quota = (value, quota) if what == "period" else (period, value)
        self.set("cpu.max", f"{'max' if quota < 0 else quota} {period}")

    def memory(self, name: str) -> int | None:
        file = _MEMORY_FILES[name]
        value = self.get(file) if self.has(file) else "max"
        return None if value == "max" else int(value) // 1024

    def set_memory(self, name: str, value: int | None) -> None:
        self.set(_MEMORY_FILES[name], "max" if value is None else value * 1024)

    def weight(self) -> int:
        file = next((name for name in _WEIGHTS if self.has(name)), None)
        return 0 if file is None else int(self.get(file).splitlines()[0].split()[-1])

    def set_weight(self, value: int) -> None:
        file = next((name for name in _WEIGHTS if self.has(name)), _WEIGHTS[-1])
        self.set(file, f"default {value}")

    def check_weights(self) -> None:
        """The second version's devices can."""

    def set_device(self, device: str, field: str, value: int) -> None:
        if field == "weight":
            file = next((name for name in _WEIGHTS if self.has(name)), _WEIGHTS[-1])
            self.set(file, f"{device} {value}")
        else:
            self.set("io.max", f"{device} {_THROTTLES[field]}={value or 'max'}")

    def keep_to(self, cpus: str, nodes: str) -> None:
        for name, value in (("cpuset.cpus", cpus), ("cpuset.mems", nodes)):
            if value:
                self.set(name, value)

    def set_nodes(self, nodes: str) -> None:
        for each in (self, *self.children()):
            each.set("cpuset.mems", nodes)

    def cpu_times(self) -> tuple[int, int, int]:
        found = dict(line.split() for line in self.get("cpu.stat").splitlines())
        every, user, system = (
            int(found[f"{name}_usec"]) * 1000 for name in ("usage", "user", "system")
        )
        return every, user, system

    def times_by_cpu(self) -> list[int]:
        raise OperationUnsupported(
            "operation 'getCpuacctPercpuUsage' not supported for backend 'cgroup V2'"
        )

    def confine(self, devices: Iterable[tuple[str, int, int]]) -> None:
        from vsh.drivers.host import device_program

        found = list(dict.fromkeys(devices))
        device_program.attach(self.path, found)
        text = "\n".join(f"{kind} {major} {minor}" for kind, major, minor in found)
        os.setxattr(self.path, _ALLOWED, text.encode())  # what a program says nobody can read

    def allow(self, devices: Iterable[tuple[str, int, int]]) -> None:
        before = []
        for line in os.getxattr(self.path, _ALLOWED).decode().splitlines():
            kind, major, minor = line.split()
            before.append((kind, int(major), int(minor)))
        self.confine([*before, *devices])
