"""Whether two definitions are the same machine as far as its guest can tell.

``differences`` gives libvirt's texts for everything that is not, in libvirt's order: the first is
                the one that
libvirt reports.  The old definition is the "source", the new one the "target".
"""

from __future__ import annotations

from vsh.domains import abi_device
from vsh.domains.abi_cpu import cpu, sysinfo
from vsh.domains.abi_features import features, timers
from vsh.errors import ConfigUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vsh.errors import Error
    from vsh.xml.domain import Domain
    from vsh.xml.domain.cpu import Cell
    from vsh.xml.domain.devices.redirdev import RedirFilter

# field: how a number of such devices is called
COUNTS = (
    ("disks", "disk count"),
    ("controllers", "controller count"),
    ("filesystems", "filesystem count"),
    ("interfaces", "net card count"),
    ("inputs", "input device count"),
    ("sounds", "sound card count"),
    ("videos", "video card count"),
    ("hostdevs", "host device count"),
    ("smartcards", "smartcard count"),
    ("serials", "serial port count"),
    ("parallels", "parallel port count"),
    ("channels", "channel count"),
    ("consoles", "console count"),
    ("hubs", "hub device count"),
    ("redirdevs", "redirected devices count"),
    ("redirfilter", "USB redirection filter count"),
    ("watchdogs", "watchdog device count"),
    ("memballoon", "memory balloon count"),
    ("rngs", "RNG device count"),
    ("panics", "panic device count"),
    ("shmems", "shared memory device count"),
    ("tpms", "TPM device count"),
    ("memory_devices", "memory device count"),
    ("iommu", "IOMMU device count"),
)
_SINGLE = (("vsock", "vsock"), ("pstore", "pstore"))


def abi_problems(source: Domain, target: Domain) -> Iterator[Error]:
    """The differences as errors."""
    for text in differences(source, target):
        yield ConfigUnsupported(text)


def differences(source: Domain, target: Domain, *, raw: bool = False) -> Iterator[str]:
    """libvirt's texts for what differs, in its order.

    raw  the target is as its document has it, not as it would be written
    """
    yield from _identity(source, target)
    yield from _memory(source, target)
    yield from _numa(source, target)
    yield from _vcpus(source, target)
    yield from _os(source, target)
    yield from features(source, target)
    yield from timers(source, target)
    yield from cpu(source.cpu, target.cpu)
    yield from sysinfo(source, target)
    for name, words in COUNTS:
        old, new = getattr(source, name), getattr(target, name)
        if len(old) != len(new):
            yield f"Target domain {words} {len(new)} does not match source {len(old)}"
            continue
        for one, other in zip(old, new, strict=True):
            if name == "redirfilter":
                yield from _filters(one, other)
            else:
                yield from abi_device.differences(name, one, other, raw=raw)
    for name, words in _SINGLE:
        old, new = getattr(source, name), getattr(target, name)
        if bool(old) != bool(new):
            yield f"Target domain {words} device count does not match source"
        else:
            for one, other in zip(old, new, strict=False):
                yield from abi_device.differences(name, one, other, raw=raw)


def _identity(source: Domain, target: Domain) -> Iterator[str]:
    if source.type != target.type:
        yield f"Target domain virt type {target.type} does not match source {source.type}"
    if source.uuid != target.uuid:
        yield f"Target domain uuid {target.uuid} does not match source {source.uuid}"
    if bool(source.genid) != bool(target.genid):
        yield "Target domain requested genid does not match source"
    elif source.genid != target.genid:
        yield f"Target domain genid {target.genid[0]} does not match source {source.genid[0]}"
    if source.name != target.name:
        yield f"Target domain name '{target.name}' does not match source '{source.name}'"


def _initial(domain: Domain) -> int:
    return int(domain.memory or 0) - sum(int(device.size) for device in domain.memory_devices)


def _memory(source: Domain, target: Domain) -> Iterator[str]:
    old, new = _initial(source), _initial(target)
    if old != new:
        yield f"Target domain max memory {new} does not match source {old}"
    old, new = source.current_memory, target.current_memory
    if old != new:
        yield f"Target domain current memory {new} does not match source {old}"
    old, new = source.max_memory or 0, target.max_memory or 0
    if old != new:
        yield f"Target maximum memory size '{new}' doesn't match source '{old}'"
    old, new = source.memory_slots or 0, target.memory_slots or 0
    if old != new:
        yield f"Target domain memory slots count '{new}' doesn't match source '{old}'"


def _cells(domain: Domain) -> list[Cell]:
    numa = domain.cpu.numa if domain.cpu is not None else None
    return list(numa.cells) if numa is not None else []


def _numa(source: Domain, target: Domain) -> Iterator[str]:
    old, new = _cells(source), _cells(target)
    if len(old) != len(new):
        yield f"Target NUMA node count '{len(new)}' doesn't match source '{len(old)}'"
        return
    for number, (one, other) in enumerate(zip(old, new, strict=True)):
        if one.memory != other.memory:
            yield (
                f"Size of target NUMA node {number} ({other.memory}) doesn't match source "
                f"({one.memory})"
            )
        if one.cpus != other.cpus:
            yield f"Processor mask of target NUMA node {number} doesn't match source"
        for there in range(len(old)):
            if _distance(one, number, there) != _distance(other, number, there):
                yield f"Target NUMA distance from {number} to {there} doesn't match source"


def _distance(cell: Cell, here: int, there: int) -> int:
    for sibling in cell.distances:
        if sibling.id == there:
            return sibling.value or 0
    return 10 if here == there else 20


def _vcpus(source: Domain, target: Domain) -> Iterator[str]:
    if source.vcpus != target.vcpus:
        yield f"Target domain vCPU max {target.vcpus} does not match source {source.vcpus}"
        return
    named = source.vcpu_list or target.vcpu_list
    now = (domain.vcpu_current or domain.vcpus for domain in (source, target))
    for number in range(source.vcpus) if named else [min(now)]:
        old, new = _vcpu(source, number), _vcpu(target, number)
        if old[0] != new[0]:
            yield f"State of vCPU '{number}' differs between source and destination definitions"
            return
        if old[1] != new[1]:
            yield (
                f"vcpu enable order of vCPU '{number}' differs between source and destination "
                "definitions"
            )
            return


def _vcpu(domain: Domain, number: int) -> tuple[bool, int]:
    if domain.vcpu_list:
        vcpu = domain.vcpu_list[number]
        return bool(vcpu.enabled), vcpu.order or 0
    return number < (domain.vcpu_current or domain.vcpus), 0


def _os(source: Domain, target: Domain) -> Iterator[str]:
    old, new = source.os, target.os
    if old.type != new.type:
        yield f"Target domain OS type {new.type} does not match source {old.type}"
    if old.arch != new.arch:
        yield f"Target domain architecture {new.arch} does not match source {old.arch}"
    if old.machine != new.machine:
        yield (
            f"Target domain machine type {new.machine or '(null)'} does not match source "
            f"{old.machine or '(null)'}"
        )
    if (old.smbios or "none") != (new.smbios or "none"):
        yield (
            f"Target domain SMBIOS mode {new.smbios or 'none'} does not match source "
            f"{old.smbios or 'none'}"
        )


def _filters(old: RedirFilter, new: RedirFilter) -> Iterable[str]:
    if len(old.rules) != len(new.rules):
        yield (
            f"Target USB redirection filter rule count {len(new.rules)} does not match source "
            f"{len(old.rules)}"
        )
        return
    for one, other in zip(old.rules, new.rules, strict=True):
        for name, words in (
            ("usb_class", "Class code"),
            ("vendor", "vendor ID"),
            ("product", "product ID"),
            ("version", "version"),
        ):
            if getattr(one, name) != getattr(other, name):
                yield f"Target USB {words} does not match source"
        if one.allow != other.allow:
            allowed = ["yes" if rule.allow else "no" for rule in (one, other)]
            yield f"Target USB allow '{allowed[1]}' does not match source '{allowed[0]}'"
