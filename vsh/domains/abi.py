"""Whether two definitions are the same machine as far as its guest can tell.

``differences`` gives libvirt's texts for everything that is not, in libvirt's order: the first is
                the one that
libvirt reports.  The old definition is the "source", the new one the "target".
"""

from __future__ import annotations

from vsh.domains import abi_device
from vsh.errors import ConfigUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vsh.errors import Error
    from vsh.xml.domain import Domain
    from vsh.xml.domain.cpu import Cell, Cpu, CpuFeature
    from vsh.xml.domain.devices.redirdev import RedirFilter
    from vsh.xml.domain.features import Features, Hyperv
    from vsh.xml.domain.sysinfo import Table
    from vsh.xml.engine.element import Element

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


def differences(source: Domain, target: Domain) -> Iterator[str]:
    """libvirt's texts for what differs, in its order."""
    yield from _identity(source, target)
    yield from _memory(source, target)
    yield from _numa(source, target)
    yield from _vcpus(source, target)
    yield from _os(source, target)
    yield from _features(source, target)
    yield from _timers(source, target)
    yield from _cpu(source.cpu, target.cpu)
    yield from _sysinfo(source, target)
    for name, words in COUNTS:
        old, new = getattr(source, name), getattr(target, name)
        if len(old) != len(new):
            yield f"Target domain {words} {len(new)} does not match source {len(old)}"
            continue
        for one, other in zip(old, new, strict=True):
            if name == "redirfilter":
                yield from _filters(one, other)
            else:
                yield from abi_device.differences(name, one, other)
    for name, words in _SINGLE:
        old, new = getattr(source, name), getattr(target, name)
        if bool(old) != bool(new):
            yield f"Target domain {words} device count does not match source"
        else:
            for one, other in zip(old, new, strict=False):
                yield from abi_device.differences(name, one, other)


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


_STATES = (
    ("acpi", "acpi"), ("apic", "apic"), ("pae", "pae"), ("hap", "hap"), ("viridian", "viridian"),
    ("privnet", "privnet"), ("hyperv", "hyperv"), ("kvm", "kvm"), ("pvspinlock", "pvspinlock"),
    ("capabilities", "capabilities"), ("pmu", "pmu"), ("vmport", "vmport"), ("gic", "gic"),
    ("smm", "smm"), ("ioapic", "ioapic"), ("hpt", "hpt"), ("vmcoreinfo", "vmcoreinfo"),
    ("htm", "htm"), ("nested_hv", "nested-hv"), ("ccf_assist", "ccf-assist"), ("xen", "xen"),
    ("cfpc", "cfpc"), ("sbbc", "sbbc"), ("ibs", "ibs"), ("ras", "ras"), ("ps2", "ps2"),
    ("aia", "aia"),
)  # fmt: skip


def _features(source: Domain, target: Domain) -> Iterator[str]:
    if source.features == target.features:
        return
    from vsh.xml.domain.features import Features

    old, new = source.features or Features(), target.features or Features()
    for name, word in _STATES:
        one, other = _state(old, name), _state(new, name)
        if one != other:
            yield f"State of feature '{word}' differs: source: '{one}', destination: '{other}'"
    yield from _groups(old, new)


def _word(value: object) -> str:
    return "default" if value is None else ("on" if value else "off")


def _state(features: Features, name: str) -> str:
    if name == "apic":
        return f"{_word(features.apic or None)},eoi={_word(features.apic_eoi)}"
    if name == "gic":
        value = features.gic
        return f"{_word(None if value is None else True)},version={value or 'none'}"
    if name == "hpt":
        given = features.hpt_resizing or features.hpt_maxpagesize
        return (
            f"{_word(True if given else None)},resizing={features.hpt_resizing or 'none'},"
            f"maxpagesize={features.hpt_maxpagesize or 0}"
        )
    value = getattr(features, name)
    if name == "capabilities":
        return f"policy={value.policy if value is not None else 'default'}"
    if name == "ioapic":
        return f"driver={value or 'none'}"
    if name in ("cfpc", "sbbc", "ibs", "aia"):
        return f"value={value or ('default' if name == 'aia' else 'none')}"
    if name == "hyperv":
        return "default" if value is None else {"custom": "on"}.get(value.mode, "off")
    if name in ("kvm", "xen"):
        return _word(None if value is None else True)
    if name == "smm":
        return _word(None if value is None else value.state)
    return _word(True if value is True else (None if value is None or name in _PRESENT else value))


_PRESENT = ("acpi", "pae", "viridian", "privnet")


def _groups(old: Features, new: Features) -> Iterator[str]:
    if old.hyperv is not None and new.hyperv is not None:
        yield from _hyperv(old.hyperv, new.hyperv)
    if old.xen is not None and new.xen is not None:
        for name in ("e820_host", "passthrough"):
            yield from _named("Xen feature", name, old.xen, new.xen)
        one, other = old.xen.passthrough_mode or "default", new.xen.passthrough_mode or "default"
        if one != other:
            yield (
                f"'mode' of Xen passthrough feature differs: source: '{one}', destination: "
                f"'{other}'"
            )
    if old.kvm is not None and new.kvm is not None:
        for name in ("hidden", "hint_dedicated", "poll_control", "pv_ipi", "dirty_ring"):
            yield from _named("KVM feature", name, old.kvm, new.kvm)
        size, new_size = old.kvm.dirty_ring_size or 0, new.kvm.dirty_ring_size or 0
        if size != new_size:
            yield (
                f"dirty ring size of KVM feature '(null)' differs: source: '{size}', "
                f"destination: '{new_size}'"
            )
    if old.smm is not None and new.smm is not None and old.smm.state:
        yield from _tseg(old.smm.tseg, new.smm.tseg)


def _tseg(one: int | None, other: int | None) -> Iterator[str]:
    from vsh.xml.domain.features import pretty

    if (one is None) != (other is None):
        words = ["not specified" if value is None else "specified" for value in (one, other)]
        yield f"SMM TSEG differs: source: {words[0]}, destination: '{words[1]}'"
    elif one is not None and other is not None and one != other:
        a, b = pretty(one), pretty(other)
        yield (
            f"Size of SMM TSEG size differs: source: '{a[0]} {a[1]}', destination: '{b[0]} {b[1]}'"
        )


def _named(what: str, name: str, old: Element, new: Element) -> Iterator[str]:
    one, other = _word(getattr(old, name)), _word(getattr(new, name))
    if one != other:
        word = old.fields[name].path.partition("/")[0]
        yield f"State of {what} '{word}' differs: source: '{one}', destination: '{other}'"


def _hyperv(old: Hyperv, new: Hyperv) -> Iterator[str]:
    for name in (
        "relaxed",
        "vapic",
        "spinlocks",
        "vpindex",
        "runtime",
        "synic",
        "stimer",
        "reset",
        "vendor_id",
        "frequencies",
        "reenlightenment",
        "tlbflush",
        "ipi",
        "evmcs",
        "avic",
        "emsr_bitmap",
        "xmm_input",
    ):
        if name == "spinlocks":
            a, b = old.spinlocks_retries or 0, new.spinlocks_retries or 0
            if a != b:
                yield f"HyperV spinlock retry count differs: source: '{a}', destination: '{b}'"
        elif name == "vendor_id":
            one, other = old.vendor_id_value, new.vendor_id_value
            if one != other:
                yield (
                    f"HyperV vendor_id differs: source: '{one or '(null)'}', destination: "
                    f"'{other or '(null)'}'"
                )
        else:
            values = [getattr(h, name) for h in (old, new)]
            states = [v.state if hasattr(v, "state") else v for v in values]
            if states[0] != states[1]:
                yield (
                    f"State of HyperV enlightenment feature '{name}' differs: source: "
                    f"'{_word(states[0])}', destination: '{_word(states[1])}'"
                )
    if old.stimer is not None and old.stimer.state and new.stimer is not None:
        direct = _word(old.stimer.direct), _word(new.stimer.direct)
        if direct[0] != direct[1]:
            yield (
                f"State of HyperV stimer direct feature differs: source: '{direct[0]}', "
                f"destination: '{direct[1]}'"
            )


def _timers(source: Domain, target: Domain) -> Iterator[str]:
    old, new = source.clock.timers, target.clock.timers
    if len(old) != len(new):
        yield "Target domain timers do not match source"
        return
    for one, other in zip(old, new, strict=True):
        if one.name != other.name:
            yield f"Target timer {other.name} does not match source {one.name}"
        if one.present != other.present:
            words = [
                "default" if t.present is None else ("yes" if t.present else "no")
                for t in (one, other)
            ]
            yield f"Target timer presence '{words[1]}' does not match source '{words[0]}'"
        if one.name == "tsc":
            if (one.frequency or 0) != (other.frequency or 0):
                yield (
                    f"Target TSC frequency {other.frequency or 0} does not match source "
                    f"{one.frequency or 0}"
                )
            if one.mode != other.mode:
                yield (
                    f"Target TSC mode {other.mode or 'none'} does not match source "
                    f"{one.mode or 'none'}"
                )


_CPU_TEXTS = ("model", "vendor")
_CPU_COUNTS = ("sockets", "dies", "clusters", "cores", "threads")


def _cpu(old: Cpu | None, new: Cpu | None) -> Iterator[str]:
    if old is None and new is None:
        return
    if old is None or new is None:
        yield "Target CPU does not match source"
        return
    if old.mode != new.mode:
        yield f"Target CPU mode {new.mode} does not match source {old.mode}"
    if (old.check_mode or "default") != (new.check_mode or "default"):
        yield (
            f"Target CPU check {new.check_mode or 'default'} does not match source "
            f"{old.check_mode or 'default'}"
        )
    for name, words in (("model", "model"), ("vendor", "vendor"), ("vendor_id", "vendor id")):
        one, other = getattr(old, name), getattr(new, name)
        if one != other:
            yield f"Target CPU {words} {other or '<null>'} does not match source {one or '<null>'}"
    for name in _CPU_COUNTS:
        one, other = getattr(old, name) or 0, getattr(new, name) or 0
        if one != other:
            yield f"Target CPU {name} {other} does not match source {one}"
    place = [(c.address_mode, c.address_bits, c.address_limit) for c in (old, new)]
    if place[0] != place[1]:
        yield "Target CPU maxphysaddr does not match source"
    yield from _cpu_features(old.features, new.features)
    if (old.cache_level, old.cache_mode) != (new.cache_level, new.cache_mode):
        yield "Target CPU cache does not match source"


def _cpu_features(old: list[CpuFeature], new: list[CpuFeature]) -> Iterator[str]:
    if len(old) != len(new):
        yield f"Target CPU feature count {len(new)} does not match source {len(old)}"
        return
    for one, other in zip(old, new, strict=True):
        if one.name != other.name:
            yield f"Target CPU feature {other.name} does not match source {one.name}"
        elif one.policy != other.policy:
            yield f"Target CPU feature policy {other.policy} does not match source {one.policy}"


_TABLES = (
    ("bios", "BIOS", "Target sysinfo does not match source"),
    ("system", "system", "Target sysinfo does not match source"),
    ("chassis", "chassis", "Target chassis does not match source"),
)


def _sysinfo(source: Domain, target: Domain) -> Iterator[str]:
    if len(source.sysinfo) != len(target.sysinfo):
        yield "Target domain count of sysinfo does not match source"
        return
    for old, new in zip(source.sysinfo, target.sysinfo, strict=True):
        if old.type != new.type:
            yield f"Target sysinfo {new.type} does not match source {old.type}"
            continue
        for name, words, missing in _TABLES[:2]:
            yield from _table(getattr(old, name), getattr(new, name), words, missing)
        if len(old.base_boards) != len(new.base_boards):
            yield (
                f"Target sysinfo base board count '{len(new.base_boards)}' does not match source "
                f"'{len(old.base_boards)}'"
            )
        else:
            for one, other in zip(old.base_boards, new.base_boards, strict=True):
                yield from _table(
                    one, other, "base board", "Target base board does not match source"
                )
        name, words, missing = _TABLES[2]
        yield from _table(old.chassis, new.chassis, words, missing)


def _table(old: Table | None, new: Table | None, words: str, missing: str) -> Iterator[str]:
    if old is None or new is None or not old.entries or not new.entries:
        if (old is not None and old.entries) or (new is not None and new.entries):
            yield missing
        return
    for name in old.names:
        one, other = old.get(name), new.get(name)
        values = [entry.value if entry is not None else None for entry in (one, other)]
        if values[0] != values[1]:
            word = {"manufacturer": "vendor"}.get(name, name)
            yield (
                f"Target sysinfo {words} {word} {values[1] or '<null>'} does not match source "
                f"{values[0] or '<null>'}"
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
