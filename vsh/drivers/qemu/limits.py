"""What the host lets a guest have: CPU time, memory, block I/O, NUMA nodes, caches.

A guest has groups from when they are first needed: its definition limits something, or somebody
asks for its limits or changes them while it runs.  They go with its QEMU; what a process that was
killed left is removed by the next that opens the root.
"""

from __future__ import annotations

import os

from vsh.drivers.host import cgroups
from vsh.drivers.host.cgroups import at, mounted, owner
from vsh.drivers.qemu import shares, thread_places
from vsh.drivers.state import tuning_model
from vsh.errors import ConfigUnsupported, OperationInvalid, SystemFailure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from vsh.api.types import TypedParams
    from vsh.drivers.host.first_groups import Group
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.qemu.known_threads import KnownThreads
    from vsh.drivers.qemu.settings import Settings
    from vsh.qmp.value import Ask
    from vsh.xml.domain import Domain as Definition

_MEMORY = ("hard_limit", "soft_limit", "swap_hard_limit")
_THROTTLES = ("read_iops", "write_iops", "read_bytes", "write_bytes")
_BANDWIDTHS = ("vcpu", "emulator", "global", "iothread")
_BY_THREAD = ("cpu", "cpuset", "cpuacct")
_MISSING = {
    "cpu": "cgroup CPU controller is not mounted",
    "memory": "cgroup memory controller is not mounted",
    "blkio": "blkio cgroup isn't mounted",
    "cpuset": "cgroup cpuset controller is not mounted",
}


FIBRE_CHANNEL = "/sys/class/fc/fc_udev_device/appid_store"
_PARTITION = "/machine"


def check(definition: Definition) -> None:
    """Refuse what no guest can be limited by here.  Raises ConfigUnsupported."""
    for resource in definition.resource:
        place = resource.partition
        if place is not None and not place.startswith("/"):
            raise ConfigUnsupported(f"Resource partition '{place}' must start with '/'")
        if place not in (None, _PARTITION):
            raise ConfigUnsupported(
                f"<resource><partition>{place}</partition>: control groups of guests are in one "
                f"of this driver's own, which is called '{_PARTITION}'"
            )
    shares.check(definition)
    check_rights(definition)


def check_rights(definition: Definition) -> None:
    """Refuse what only root can limit a guest by, if we are not.  Raises ConfigUnsupported."""
    if os.geteuid() != 0:
        for what in _needing_groups(definition):
            raise ConfigUnsupported(f"{what} tuning is not available in session mode")


def _needing_groups(definition: Definition) -> Iterator[str]:
    """What a definition wants of control groups, in libvirt's words and order."""
    from vsh.xml.domain.tune import UNLIMITED

    if any(value < UNLIMITED for value in tuning_model.memory_limits(definition).values()):
        yield "Memory"
    if any(tuning_model.blkio(definition)):
        yield "Block I/O"
    tune = definition.cputune
    words = [f"{kind}_{each}" for kind in _BANDWIDTHS for each in ("period", "quota")]
    names = ("shares", *(word.removeprefix("vcpu_") for word in words))
    if tune is not None and any(getattr(tune, name) for name in names):
        yield "CPU"


def keeps_nodes(settings: Settings) -> bool:
    """Whether groups of threads keep memory on nodes here."""
    allowed = settings.cgroup_controllers
    there = os.geteuid() == 0 and "cpuset" in mounted()
    return there and (allowed is None or "cpuset" in allowed)


def remove(root: str, uuid: str) -> None:
    """Remove all groups of a guest that has ended."""
    cgroups.remove(root, uuid)
    shares.remove(root, uuid)


class Limits:
    """The limits of one guest's QEMU.

    ask, known   the QEMU, and its threads
    controllers  those that may be used; None: all that there are
    """

    def __init__(
        self,
        root: str,
        uuid: str,
        ask: Ask,
        known: KnownThreads,
        controllers: Collection[str] | None = None,
    ) -> None:
        self._root = root
        self._name = f"{owner(root)}/{uuid}"
        self._ask = ask
        self._known = known
        self._process = known.process
        there = mounted() if os.geteuid() == 0 else {}
        self._places = {
            name: place
            for name, place in there.items()
            if controllers is None or name in controllers
        }

    @classmethod
    def of(cls, hypervisor: Hypervisor, guest: Guest) -> Limits:
        """Those of a guest that runs."""
        known, allowed = guest.running.threads, hypervisor.settings.cgroup_controllers
        return cls(hypervisor.root.path, guest.uuid, guest.ask, known, allowed)

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
        found = at(place, self._name)
        if not found.exists:
            found.make()
            if controller == "cpuset":
                found.parent.inherit()
                found.inherit()
            found.take(self._process)
        if controller in _BY_THREAD:
            self._sort(found, controller)
        return found

    def _sort(self, group: Group, controller: str) -> None:
        """Put each thread into the group of its kind and number, if it is not there."""
        for name, threads in self._threads():
            if not group.child(name).exists:
                inner = group.begin(name)
                if controller == "cpuset":
                    inner.inherit()
                inner.adopt(threads)

    def follow(self, definition: Definition) -> None:
        """Threads have come: they are limited like the others."""
        for controller in _BY_THREAD:
            place = self._places.get(controller)
            if place is not None and at(place, self._name).child("emulator").exists:
                self._sort(at(place, self._name), controller)
                if controller == "cpu":
                    self._start_cpu(definition)
                elif controller == "cpuset":
                    self._place(definition)
        shares.follow(self._root, definition, self._vcpus)

    def _threads(self) -> Iterator[tuple[str, list[int]]]:
        """The emulator's, each vCPU's and each I/O thread's."""
        yield "emulator", [int(name) for name in os.listdir(f"/proc/{self._process}/task")]
        for number, thread in self._vcpus().items():
            yield f"vcpu{number}", [thread]
        for number, thread in self._known.io(self._ask).items():
            yield f"iothread{number}", [thread]

    def _vcpus(self) -> dict[int, int]:
        return self._known.vcpus(self._ask)

    # ---- where threads run, where memory is

    def _place(self, definition: Definition) -> None:
        """Keep all threads, and their memory, where a definition wants them."""
        from vsh.xml.engine.values import show_set

        for each in self.group("cpuset").children():
            name = os.path.basename(each.path)
            cpus = thread_places.cpus(definition, name)
            nodes = thread_places.nodes(definition, name)
            each.keep_to(show_set(cpus), show_set(nodes))

    def pin(self, name: str, cpus: list[int]) -> None:
        """Keep the threads of a group ("emulator", "vcpu0", "iothread1") on these CPUs, where the
        host has groups for that.  Raises SystemFailure."""
        if self.can("cpuset"):
            from vsh.xml.engine.values import show_set

            self.group("cpuset").child(name).keep_to(show_set(cpus), "")

    # ---- CPU time

    def cpu_time(self) -> dict[str, int]:
        """Shares, and periods and quotas of each kind of thread, by their fields in <cputune>."""
        group = self.group("cpu")
        found = {"shares": group.shares()}
        for kind in _BANDWIDTHS:
            first = next(self._kind(group, kind), None)
            # where there is no such thread: what the guest has
            period, quota = (group if first is None else first).bandwidth()
            prefix = "" if kind == "vcpu" else f"{kind}_"
            found[f"{prefix}period"], found[f"{prefix}quota"] = period, quota
        return found

    def set_cpu_time(self, field: str, value: int) -> None:
        """Change one of these; 0 changes no period or quota.  Raises OperationInvalid."""
        group = self.group("cpu")
        if field == "shares":
            group.set_shares(value)
        elif value:
            kind = field.rpartition("_")[0] or "vcpu"
            for each in self._kind(group, kind):
                each.set_bandwidth("period" if field.endswith("period") else "quota", value)

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
        found = {name: group.memory(name) for name in _MEMORY}
        return {name: UNLIMITED if value is None else value for name, value in found.items()}

    def set_memory(self, limits: dict[str, int]) -> None:
        """Change some of them.  Raises SystemFailure: what memory it has does not fit."""
        from vsh.xml.domain.tune import UNLIMITED

        group = self.group("memory")
        order = ["soft_limit", "swap_hard_limit", "hard_limit"]
        if "hard_limit" in limits and self.memory()["hard_limit"] > limits["hard_limit"]:
            order = ["soft_limit", "hard_limit", "swap_hard_limit"]
        for name in order:
            if name in limits:
                group.set_memory(name, None if limits[name] >= UNLIMITED else limits[name])

    # ---- block I/O

    def weight(self) -> int:
        """The weight of the guest among others; 0 where the host has none."""
        return self.group("blkio").weight()

    def set_weight(self, value: int) -> None:
        """Change it.  Raises SystemFailure."""
        self.group("blkio").set_weight(value)

    def set_blkio(self, params: TypedParams) -> None:
        """Change what parameters say.  Raises InvalidArgument, OperationInvalid, SystemFailure."""
        for name, value in params.items():
            if name == "weight":
                self.set_weight(int(value))
                continue
            field, _ = tuning_model.BLKIO_DEVICE[name]
            for path, number in tuning_model.device_pairs(name, str(value)):
                self.set_device(path, field, number)

    def set_device(self, path: str, field: str, value: int) -> None:
        """Limit what goes to a block device of the host.  Raises SystemFailure."""
        group = self.group("blkio")
        if field == "weight":
            group.check_weights()
        try:
            number = os.stat(path).st_rdev
        except OSError as error:
            raise SystemFailure(f"Path '{path}' is not accessible: {error.strerror}") from None
        device = f"{os.major(number)}:{os.minor(number)}"
        group.set_device(device, field, value)

    def set_nodes(self, nodes: str) -> None:
        """Have memory come from these nodes from now on, that which is there too."""
        self.group("cpuset").set_nodes(nodes)

    # ---- a start, an end

    def name(self, application: str) -> None:
        """Tell the kernel's Fibre Channel whose I/O it is.  Raises SystemFailure."""
        folder = self.group("blkio").path
        text = f"{os.stat(folder).st_ino:X}:{application}"
        try:
            with open(FIBRE_CHANNEL, "w", encoding="utf-8") as file:
                file.write(text)
        except OSError as error:
            raise SystemFailure(
                f"Unable to write '{text}' to '{FIBRE_CHANNEL}': {error.strerror}"
            ) from None

    def start(self, definition: Definition) -> None:
        """Limit a QEMU that has just been started as its definition says.

        Raises ConfigUnsupported where the host has no such controller, SystemFailure.
        """
        if self.can("cpuacct"):
            self.group("cpuacct")  # whose account begins now
        for resource in definition.resource:
            if resource.appid and self.can("blkio"):
                self.name(resource.appid)
        self._start_cpu(definition)
        if self.can("cpuset") and thread_places.wanted(definition):
            self._place(definition)
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
        shares.start(self._root, definition, self._vcpus, self._process)

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
