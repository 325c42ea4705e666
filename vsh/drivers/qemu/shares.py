"""What a guest's vCPUs have of the host's caches and memory bandwidth, and what is counted of them.

``<cachetune>``, ``<memorytune>`` and ``<energytune>`` of the same vCPUs are one group of the
kernel's resctrl (``host.resource_groups``), named after the root, the guest and the vCPUs; that of
the whole process after the first two.  A group that limits nothing is the host's own, and only its
monitors are made.
"""

from __future__ import annotations

import os

from vsh.drivers.host import resource_groups, sysfs
from vsh.drivers.host.cgroups import owner
from vsh.drivers.qemu import threads
from vsh.drivers.state.attempts import Ignoring
from vsh.drivers.state.tuning_model import number_set
from vsh.errors import ConfigUnsupported, Error, SystemFailure
from vsh.hypervisors.qemu.machine import is_modern
from vsh.xml.engine.values import scale

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from vsh.api.types import TypedParams
    from vsh.drivers.host.resource_groups import Part
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.resctrl import CacheTune, EnergyTune, MemoryBandwidth

_UUID = 36
_PREFIXES = {"cachetune": "llc_", "memorytune": "mbm_", "energytune": "core_energy"}
_FOLDERS = {"cachetune": "mon_L", "memorytune": "mon_L", "energytune": "mon_PERF_PKG_"}
_BYTES = {"mbm_local_bytes": "local", "mbm_total_bytes": "total"}


class _Watch:
    """One monitor: which element has it, and its vCPUs, None for the whole process."""

    __slots__ = ("kind", "vcpus")

    def __init__(self, kind: str, vcpus: str | None) -> None:
        self.kind = kind
        self.vcpus = vcpus


class Share:
    """What a definition says of some vCPUs, or of the whole process.

    sizes, bandwidth  what they get, sizes in bytes
    """

    __slots__ = ("_prefix", "bandwidth", "sizes", "vcpus", "watches")

    def __init__(self, prefix: str, vcpus: str | None) -> None:
        self._prefix = prefix
        self.vcpus = vcpus
        self.sizes: dict[Part, int] = {}
        self.bandwidth: dict[int, int] = {}
        self.watches: list[_Watch] = []

    def name(self, vcpus: str | None) -> str:
        """The name of a group, or of a watch, of these vCPUs."""
        return self._prefix if vcpus is None else f"{self._prefix}-{identity(vcpus)}"

    @property
    def allocates(self) -> bool:
        """Whether it is a group of its own."""
        return bool(self.sizes or self.bandwidth)

    def path(self) -> str:
        """The folder of the group."""
        folder = resource_groups.FOLDER
        return f"{folder}/{self.name(self.vcpus)}" if self.allocates else folder

    def is_own(self, watch: _Watch) -> bool:
        """Whether a monitor is the group itself."""
        return self.allocates and watch.vcpus == self.vcpus

    def watched(self, watch: _Watch) -> str:
        """The folder of a monitor."""
        own = self.path()
        return own if self.is_own(watch) else f"{own}/mon_groups/{self.name(watch.vcpus)}"


def identity(vcpus: str) -> str:
    """What libvirt calls a group: ``<cachetune id='vcpus_0-1'>`` of a guest that runs."""
    return f"vcpus_{vcpus}"


def of(definition: Definition, root: str) -> list[Share]:
    """The groups of a definition, in libvirt's order."""
    tune = definition.cputune
    if tune is None:
        return []
    found: dict[str | None, Share] = {}
    prefix = f"{owner(root)}-{definition.uuid}"

    def share(each: CacheTune | MemoryBandwidth | EnergyTune) -> Share:
        own = found.setdefault(each.vcpus, Share(prefix, each.vcpus))
        own.watches += [_Watch(each.tag, monitor.vcpus) for monitor in each.monitors]
        return own

    for caches in tune.cachetunes:
        sizes = share(caches).sizes
        for cache in caches.caches:
            sizes[cache.level, cache.type, cache.id] = scale(int(cache.size or 0), cache.unit, 1)
    for bandwidths in tune.memorytunes:
        share(bandwidths).bandwidth |= {node.id: node.bandwidth for node in bandwidths.nodes}
    for energies in tune.energytunes:
        share(energies)
    return list(found.values())


def check(definition: Definition) -> None:
    """Refuse a guest that wants a group where the host has none.  Raises ConfigUnsupported."""
    tune = definition.cputune
    wants = tune is not None and (tune.cachetunes or tune.memorytunes or tune.energytunes)
    if wants and not os.path.isdir(f"{resource_groups.FOLDER}/info"):
        raise ConfigUnsupported("Resource control is not supported on this host")


def start(
    root: str, definition: Definition, vcpus: Callable[[], dict[int, int]], process: int
) -> None:
    """Make the groups of a QEMU that has just been started, and put its threads into them.

    The live definition is told what the groups are called.

    vcpus  gives the threads of its vCPUs by their numbers

    Raises ConfigUnsupported in libvirt's words where the host cannot give what is wanted,
    InternalError, SystemFailure.
    """
    wanted = of(definition, root)
    if not wanted:
        return
    from vsh.drivers.host.cpus import Cpus
    from vsh.drivers.host.topology import banks

    groups = resource_groups.Groups(resource_groups.FOLDER, banks(Cpus(), least=0))
    for share in wanted:
        if share.allocates:
            groups.make(share.name(share.vcpus), share.sizes, share.bandwidth)
        for watch in share.watches:
            if not share.is_own(watch):
                groups.watch(share.path(), share.name(watch.vcpus))
        _take(share, None, threads.threads_of(process))
    tune = definition.cputune
    parts: list[CacheTune | MemoryBandwidth | EnergyTune] = []
    if tune is not None:
        parts += [*tune.cachetunes, *tune.memorytunes, *tune.energytunes]
    for each in parts:
        each.id = None if each.vcpus is None else identity(each.vcpus)
    follow(root, definition, vcpus)


def follow(root: str, definition: Definition, vcpus: Callable[[], dict[int, int]]) -> None:
    """Put each vCPU's thread into its group: some are new.  Raises SystemFailure."""
    wanted = [share for share in of(definition, root) if share.vcpus is not None]
    if not wanted:
        return
    for number, thread in vcpus().items():
        for share in wanted:
            _take(share, number, [thread])


def _take(share: Share, number: int | None, tasks: Iterable[int]) -> None:
    """Put threads of a vCPU, or those of the whole process, into a group and what watches them."""
    if not _has(share.vcpus, number):
        return
    places = [share.path()] if share.allocates else []
    for watch in share.watches:
        if not share.is_own(watch) and _has(watch.vcpus, number):
            places.append(share.watched(watch))
            break
    for place in places:
        for task in tasks:
            try:
                resource_groups.add(place, task)
            except SystemFailure:
                if os.path.isdir(f"/proc/{task}"):
                    raise  # else it has ended: a worker of QEMU's


def _has(vcpus: str | None, number: int | None) -> bool:
    if vcpus is None or number is None:
        return vcpus is None and number is None
    return number in number_set(vcpus)


# ---- numbers


def statistics(
    root: str, definition: Definition, params: TypedParams, kinds: Iterable[str]
) -> None:
    """Add what the monitors of some elements count (``domstats``).

    kinds  "cachetune", "memorytune", "energytune"
    """
    for kind in kinds:
        found: list[tuple[_Watch, str, list[tuple[int, dict[str, str]]]]] = []
        with Ignoring(Error):  # as libvirt does: none is told of if one cannot be read
            found = list(_read(root, definition, kind))
        # 9.0.0 says of caches, too, that nothing watches them
        if found or (kind == "cachetune" and not is_modern(definition)):
            params.set(f"{_NAMES[kind][0]}.count", "uint", len(found))
        for place, (watch, name, readings) in enumerate(found):
            head, inner = f"{_NAMES[kind][0]}.{place}", _NAMES[kind][1]
            if name:
                params.set(f"{head}.name", "string", name)
            params.set(f"{head}.vcpus", "string", watch.vcpus or "")
            params.set(f"{head}.{inner}.count", "uint", len(readings))
            for each, (number, figures) in enumerate(readings):
                params.set(f"{head}.{inner}.{each}.id", "uint", number)
                _figures(params, f"{head}.{inner}.{each}", kind, figures)


_NAMES = {
    "cachetune": ("cpu.cache.monitor", "bank"),
    "memorytune": ("memory.bandwidth.monitor", "node"),
    "energytune": ("cpu.energy.monitor", "pkg"),
}


def _read(
    root: str, definition: Definition, kind: str
) -> Iterator[tuple[_Watch, str, list[tuple[int, dict[str, str]]]]]:
    folder = resource_groups.FOLDER
    if kind == "energytune":
        names = (sysfs.word(f"{folder}/info/PERF_PKG_MON/mon_features") or "").split()
    else:
        from vsh.drivers.host.resctrl import Sharing

        names = (Sharing(folder).watched or (0, 0, []))[2]
    features = [name for name in names if name.startswith(_PREFIXES[kind])]
    if not features:
        return
    for share in of(definition, root):
        for watch in share.watches:
            if watch.kind == kind:
                found = resource_groups.readings(share.watched(watch), _FOLDERS[kind], features)
                yield watch, "" if watch.vcpus is None else identity(watch.vcpus), found


def _figures(params: TypedParams, head: str, kind: str, figures: dict[str, str]) -> None:
    """One cache's, memory controller's or package's."""
    if kind == "cachetune":
        first = next(iter(figures.values()))
        params.set(f"{head}.bytes", "uint", int(first) % (1 << 32))
    for name, text in figures.items():
        if name in _BYTES:
            params.set(f"{head}.bytes.{_BYTES[name]}", "ullong", int(text))
        elif kind == "energytune":
            params.set(f"{head}.{name}", "double", float(text))


# ---- an end


def remove(root: str, uuid: str) -> None:
    """Remove a guest's groups, if it has any."""
    resource_groups.remove(
        resource_groups.FOLDER, f"{owner(root)}-{uuid}", keep=lambda _name: False
    )


def clean_up(root: str, running: set[str]) -> None:
    """Remove the groups of guests that do not run: somebody was killed."""
    resource_groups.remove(
        resource_groups.FOLDER, f"{owner(root)}-", keep=lambda name: name[:_UUID] in running
    )
