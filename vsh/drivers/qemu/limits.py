"""What the host lets a guest have, by control groups: CPU time, memory, block I/O, NUMA nodes.

A guest has groups from when they are first needed: its definition limits something, or somebody
asks for its limits or changes them while it runs.  They go with its QEMU; what a process that was
killed left is removed by the next that opens the root.
"""

from __future__ import annotations

import os

from vsh.drivers.host.cgroups import Group, mounted, owner
from vsh.drivers.state import tuning_model
from vsh.errors import ConfigUnsupported, OperationInvalid, SystemFailure
from vsh.qmp.value import integer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.types import TypedParams
    from vsh.drivers.qemu.guest import Guest
    from vsh.qmp.value import Ask
    from vsh.xml.domain import Domain as Definition

_PAGE = os.sysconf("SC_PAGESIZE") // 1024
_MEMORY_FILES = {
    "hard_limit": "memory.limit_in_bytes",
    "soft_limit": "memory.soft_limit_in_bytes",
    "swap_hard_limit": "memory.memsw.limit_in_bytes",
}
_THROTTLES = {
    "read_iops": "blkio.throttle.read_iops_device",
    "write_iops": "blkio.throttle.write_iops_device",
    "read_bytes": "blkio.throttle.read_bps_device",
    "write_bytes": "blkio.throttle.write_bps_device",
}
_WEIGHTS = ("blkio.weight", "blkio.bfq.weight")
_BANDWIDTHS = ("vcpu", "emulator", "global", "iothread")
_BY_THREAD = ("cpu", "cpuset")
_MISSING = {
    "cpu": "cgroup CPU controller is not mounted",
    "memory": "cgroup memory controller is not mounted",
    "blkio": "blkio cgroup isn't mounted",
    "cpuset": "cgroup cpuset controller is not mounted",
}


class Limits:
    """The limits of one guest's QEMU.

    ask, process  the QEMU
    """

    def __init__(self, root: str, uuid: str, ask: Ask, process: int) -> None:
        self._name = f"{owner(root)}/{uuid}"
        self._ask = ask
        self._process = process
        self._places = mounted() if os.geteuid() == 0 else {}

    @classmethod
    def of(cls, root: str, guest: Guest) -> Limits:
        """Those of a guest that runs."""
        assert guest.run is not None
        return cls(root, guest.uuid, guest.ask, guest.run.process.pid)

    def can(self, controller: str) -> bool:
        """Whether the host lets us limit with it."""
        return controller in self._places

    def group(self, controller: str) -> Group:
        """The guest's group of a controller, made now if it was not there.

        Raises OperationInvalid where there is no such controller, SystemFailure.
        """
        place = self._places.get(controller)
        if place is None:
            raise OperationInvalid(_MISSING[controller])
        found = Group(f"{place}/{self._name}")
        if not found.exists:
            found.make()
            if controller == "cpuset":
                _inherit(Group(place), found.parent, found)
            if controller in _BY_THREAD:
                self._sort(found, controller)
            else:
                found.adopt([self._process], whole=True)
        return found

    def _sort(self, group: Group, controller: str) -> None:
        """Put each thread into the group of its kind and number."""
        for name, threads in self._threads():
            inner = group.child(name)
            if not inner.exists:
                inner.make()
                if controller == "cpuset":
                    _inherit(group, inner)
                inner.adopt(threads)

    def follow(self, definition: Definition) -> None:
        """Threads have come: they are limited like the others."""
        for controller in _BY_THREAD:
            group = Group(f"{self._places.get(controller)}/{self._name}")
            if controller in self._places and group.exists:
                self._sort(group, controller)
                if controller == "cpu":
                    self._start_cpu(definition)

    def _threads(self) -> Iterator[tuple[str, list[int]]]:
        """The emulator's, each vCPU's and each I/O thread's."""
        from vsh.drivers.qemu import threads
        from vsh.qmp.value import structs

        yield "emulator", [int(name) for name in os.listdir(f"/proc/{self._process}/task")]
        for each in structs(self._ask("query-cpus-fast")):
            thread = integer(each["thread-id"])
            if thread != self._process:
                yield f"vcpu{integer(each['cpu-index'])}", [thread]
        for number, described in threads.io_threads(self._ask).items():
            yield f"iothread{number}", [integer(described["thread-id"])]

    # ---- CPU time

    def cpu_time(self) -> dict[str, int]:
        """Shares, and periods and quotas of each kind of thread, by their fields in <cputune>."""
        group = self.group("cpu")
        found = {"shares": int(group.get("cpu.shares"))}
        for kind in _BANDWIDTHS:
            first = next(self._kind(group, kind), None)
            # where there is no such thread: what the guest has
            which = group if first is None else first
            period, quota = (int(which.get(f"cpu.cfs_{n}_us")) for n in ("period", "quota"))
            prefix = "" if kind == "vcpu" else f"{kind}_"
            found[f"{prefix}period"], found[f"{prefix}quota"] = period, quota
        return found

    def set_cpu_time(self, field: str, value: int) -> None:
        """Change one of these; 0 changes no period or quota.  Raises OperationInvalid."""
        group = self.group("cpu")
        if field == "shares":
            group.set("cpu.shares", value)
        elif value:
            kind = field.rpartition("_")[0] or "vcpu"
            what = "period" if field.endswith("period") else "quota"
            for each in self._kind(group, kind):
                each.set(f"cpu.cfs_{what}_us", value)

    def _kind(self, group: Group, kind: str) -> Iterator[Group]:
        if kind == "global":
            yield group
        elif kind == "emulator":
            yield group.child(kind)
        else:
            names = sorted(name for name in os.listdir(group.path) if name.startswith(kind))
            yield from map(group.child, names)

    # ---- memory

    def memory(self) -> dict[str, int]:
        """The limits in KiB; ``UNLIMITED`` for none."""
        from vsh.xml.domain.tune import UNLIMITED

        group = self.group("memory")
        found = {}
        for name, file in _MEMORY_FILES.items():
            value = int(group.get(file)) // 1024 if group.has(file) else UNLIMITED
            found[name] = UNLIMITED if value >= UNLIMITED - _PAGE else value
        return found

    def set_memory(self, limits: dict[str, int]) -> None:
        """Change some of them.  Raises SystemFailure: what memory it has does not fit."""
        from vsh.xml.domain.tune import UNLIMITED

        group = self.group("memory")
        order = ["soft_limit", "swap_hard_limit", "hard_limit"]
        if "hard_limit" in limits and self.memory()["hard_limit"] > limits["hard_limit"]:
            order = ["soft_limit", "hard_limit", "swap_hard_limit"]
        for name in order:
            if name in limits:
                value = limits[name]
                group.set(_MEMORY_FILES[name], -1 if value >= UNLIMITED else value * 1024)

    # ---- block I/O

    def weight(self) -> int:
        """The weight of the guest among others; 0 where the host has none."""
        group = self.group("blkio")
        file = next((name for name in _WEIGHTS if group.has(name)), None)
        return 0 if file is None else int(group.get(file).split()[-1])

    def set_weight(self, value: int) -> None:
        """Change it.  Raises SystemFailure."""
        group = self.group("blkio")
        file = next((name for name in _WEIGHTS if group.has(name)), _WEIGHTS[0])
        group.set(file, value)

    def set_blkio(self, params: TypedParams) -> None:
        """Change what parameters say.  Raises InvalidArgument, SystemFailure."""
        for name, value in params.items():
            if name == "weight":
                self.set_weight(int(value))
                continue
            field, _ = tuning_model.BLKIO_DEVICE[name]
            for path, number in tuning_model.device_pairs(name, str(value)):
                self.set_device(path, field, number)

    def set_device(self, path: str, field: str, value: int) -> None:
        """Limit what goes to a block device of the host.  Raises SystemFailure."""
        try:
            number = os.stat(path).st_rdev
        except OSError as error:
            raise SystemFailure(f"Path '{path}' is not accessible: {error.strerror}") from None
        group = self.group("blkio")
        file = _THROTTLES.get(field, "blkio.weight_device")
        group.set(file, f"{os.major(number)}:{os.minor(number)} {value}")

    # ---- NUMA

    def set_nodes(self, nodes: str) -> None:
        """Have memory come from these nodes from now on, that which is there too."""
        group = self.group("cpuset")
        children = group.children()
        for each in (group, *children):
            each.set("cpuset.memory_migrate", 1)
        # a group's nodes are among those of the one that it is in
        everywhere = Group(self._places["cpuset"]).get("cpuset.mems")
        group.set("cpuset.mems", everywhere)
        for each in (*children, group):
            each.set("cpuset.mems", nodes)

    # ---- a start, an end

    def start(self, definition: Definition) -> None:
        """Limit a QEMU that has just been started as its definition says.

        Raises ConfigUnsupported where the host has no such controller, SystemFailure.
        """
        self._start_cpu(definition)
        if definition.memtune is not None:
            limits = tuning_model.memory_limits(definition)
            from vsh.xml.domain.tune import UNLIMITED

            given = {name: value for name, value in limits.items() if value < UNLIMITED}
            if given:
                if not self.can("memory"):
                    raise ConfigUnsupported("Memory cgroup is not available on this host")
                self.set_memory(given)
        weight, devices = tuning_model.blkio(definition)
        if weight or devices:
            if not self.can("blkio"):
                raise ConfigUnsupported("Block I/O tuning is not available on this host")
            if weight:
                self.set_weight(weight)
            for device in devices:
                for field in ("weight", *_THROTTLES):
                    if getattr(device, field):
                        self.set_device(str(device.path), field, int(getattr(device, field)))

    def _start_cpu(self, definition: Definition) -> None:
        tune = definition.cputune
        if tune is None:
            return
        if tune.shares is not None:
            if not self.can("cpu"):
                raise ConfigUnsupported("CPU tuning is not available on this host")
            self.set_cpu_time("shares", int(tune.shares))
        for kind in _BANDWIDTHS:
            prefix = "" if kind == "vcpu" else f"{kind}_"
            for field in (f"{prefix}period", f"{prefix}quota"):
                value = getattr(tune, field)
                if value:
                    if not self.can("cpu"):
                        raise ConfigUnsupported("cgroup cpu is required for scheduler tuning")
                    self.set_cpu_time(field, int(value))


def _inherit(above: Group, *groups: Group) -> None:
    """Groups of CPUs and nodes begin with none: they get what the one above has."""
    for name in ("cpuset.cpus", "cpuset.mems"):
        for group in groups:
            if not group.get(name):
                group.set(name, above.get(name))


def wanted(definition: Definition) -> bool:
    """Whether a definition limits anything."""
    return any((definition.cputune, definition.memtune, definition.blkiotune))
