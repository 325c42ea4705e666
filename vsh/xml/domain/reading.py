"""What libvirt does to a domain while it reads one: parts that depend on each other, and the
problems they have."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, NoName, XmlDetail, XmlError
from vsh.xml.engine.flags import INACTIVE, INTERNAL
from vsh.xml.engine.values import parse_set
from vsh.xml.shared.image import same_labels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from vsh.errors import Error
    from vsh.xml.domain import Domain
    from vsh.xml.domain.tune import CpuTune
    from vsh.xml.domain.vcpu import Vcpu
    from vsh.xml.engine.reading import Reading

    Found = Iterable[Error | tuple[str, Error]]

_MOST = 1 << 16  # things that are made one by one because a number says so

_SINGLE = {
    "memballoon": (InternalError, "only a single memory balloon device is supported"),
    "nvram": (InternalError, "only a single nvram device is supported"),
    "redirfilter": (InternalError, "only one set of redirection filter rule is supported"),
    "vsock": (XmlError, "only a single vsock device is supported"),
    "pstore": (XmlError, "only a single pstore device is supported"),
    "numatune": (XmlError, "only one numatune is supported"),
    "iommufd": (XmlError, "only one 'iommufd' element is supported"),
    "resource": (XmlError, "only one resource element is supported"),
}


class NameMissing(NoName):
    """A domain without a name; libvirt's text has no detail."""

    def __init__(self) -> None:
        super().__init__("")
        self.args = ("missing name information",)


def after_reading(domain: Domain, reading: Reading) -> Found:
    """Settle what the document says; yields problems with the field where libvirt meets them."""
    if domain.name is None:
        yield "name", NameMissing()
    if domain.uuid is None:
        from vsh.xml.engine.values import generate_uuid

        domain.uuid = generate_uuid()
        domain.uuid_generated = True
    yield from _genid(domain)
    yield from _os(domain)
    if domain.title is not None and "\n" in domain.title:
        yield "title", XmlError("Domain title can't contain newlines")
    yield from _seclabels(domain, reading)
    yield from _vcpus(domain)
    yield from _iothreads(domain)
    yield from _cputune(domain)
    yield from _numa(domain)
    for name, (kind, text) in _SINGLE.items():
        if len(getattr(domain, name)) > 1:
            domain.drop(name)  # libvirt counts them first
            yield name, kind(text)
    if len(domain.tpms) > 2:
        domain.drop("tpms")
        yield (
            "tpms",
            XmlError(
                "a maximum of two TPM devices is supported, one of them being a TPM Proxy device"
            ),
        )
    yield from _usb(domain)
    yield from _throttles(domain)
    yield from _perf(domain)
    _ports(domain, inactive=bool(reading.flags & INACTIVE))
    if not reading.flags & INTERNAL:  # there it is in the order in which it was kept
        _sort(domain)
    if domain.clock is None:
        from vsh.xml.domain.clock import Clock

        domain.clock = Clock()
    first = [video for video in domain.videos if video.primary]
    domain.videos = first[::-1] + [video for video in domain.videos if not video.primary]
    yield from _sysinfo(domain)


def _genid(domain: Domain) -> Found:
    if len(domain.genid) > 1:
        yield "genid", XmlError("element 'genid' can only appear once")
    elif domain.genid == [""]:
        from vsh.xml.engine.values import generate_uuid

        domain.genid = [generate_uuid()]


def _os(domain: Domain) -> Found:
    from vsh.xml.domain.os import Os

    if domain.os is None:
        domain.os = Os()
    if domain.os.type is None:
        if domain.bootloader:
            domain.os.type = "xen"
        else:
            yield "os", XmlError("an os <type> must be specified")
    if domain.os.type == "linux" and domain.type == "xen":
        domain.os.type = "xen"
    domain.os.settle()


def _seclabels(domain: Domain, reading: Reading) -> Found:
    models = [label.model for label in domain.seclabels]
    for error in same_labels(models):
        yield "seclabels", error
        return
    if len(models) > 1 and None in models:
        yield "seclabels", XmlError("missing security model when using multiple labels")


def _vcpus(domain: Domain) -> Found:
    if domain.vcpus is None:
        domain.vcpus = 1
    if domain.vcpu_placement is None:
        domain.vcpu_placement = "static"
    if domain.vcpu_placement == "auto":
        domain.vcpu_cpuset = None
    if domain.vcpu_current is None:
        domain.vcpu_current = domain.vcpus
    if domain.vcpu_list and domain.vcpus > _MOST:
        yield "vcpu_list", ConfigUnsupported(f"{domain.vcpus} vCPUs are too many to be named")
    elif domain.vcpu_list:
        yield from _individual(domain)
    elif domain.vcpu_current > domain.vcpus:
        yield (
            "vcpu_list",
            ConfigUnsupported("maximum vCPU count must not be less than current vCPU count"),
        )


def _individual(domain: Domain) -> Found:
    from vsh.xml.domain.vcpu import Vcpu

    known: dict[int, Vcpu] = {}
    for vcpu in domain.vcpu_list:
        if vcpu.id is None:
            continue
        if vcpu.id >= domain.vcpus:
            yield (
                "vcpu_list",
                XmlError(f"vcpu id '{vcpu.id}' is out of range of maximum vcpu count"),
            )
            return
        known[vcpu.id] = vcpu
    domain.vcpu_list = [
        known.get(number) or Vcpu(id=number, enabled=False) for number in range(domain.vcpus)
    ]
    domain.vcpu_current = sum(1 for vcpu in domain.vcpu_list if vcpu.enabled)


def _iothreads(domain: Any) -> Found:
    from vsh.xml.domain.tune import IoThread

    count = domain.iothread_count or 0
    threads = domain.iothreads
    ids = [thread.id for thread in threads]
    for number, thread in enumerate(ids):
        if thread in ids[:number]:
            yield "iothreads", XmlError(f"duplicate iothread id '{thread}' found")
            return
    count = max(count, len(threads))
    if count > _MOST:
        yield "iothreads", ConfigUnsupported(f"{count} iothreads are too many")
        return
    known = set(ids)
    free = (number for number in range(1, count + len(ids) + 1) if number not in known)
    while len(threads) < count:
        thread = IoThread(id=next(free))
        thread.automatic = True
        threads.append(thread)
    domain.iothread_count = count or None


def _cputune(domain: Any) -> Found:
    tune = domain.cputune
    if tune is None:
        return
    seen: set[int] = set()
    pins = []
    for position, pin in enumerate(tune.vcpupins):
        if pin.vcpu is None:
            continue
        if pin.vcpu >= domain.vcpus:
            pin.drop("cpuset")
            continue
        if pin.vcpu in seen:
            yield "cputune", InternalError(f"duplicate vcpupin for vcpu '{pin.vcpu}'")
            tune.ended("vcpupins", position)
            return
        seen.add(pin.vcpu)
        pins.append(pin)
    tune.vcpupins = sorted(pins, key=lambda pin: int(pin.vcpu))
    ids = [thread.id for thread in domain.iothreads]
    seen = set()
    for position, pin in enumerate(tune.iothreadpins):
        if pin.iothread is None:
            return  # a problem of its own
        if pin.iothread not in ids:
            yield "cputune", ConfigUnsupported(f"Cannot find 'iothread' : {pin.iothread}")
            tune.ended("iothreadpins", position)
            return
        if pin.iothread in seen:
            words = f"duplicate iothreadpin for same iothread '{pin.iothread}'"
            yield "cputune", InternalError(words)
            tune.ended("iothreadpins", position + 1)
            return
        seen.add(pin.iothread)
    tune.iothreadpins = sorted(tune.iothreadpins, key=lambda pin: ids.index(pin.iothread))
    yield from _schedulers(domain, tune, ids)
    yield from _resctrl(domain, tune)


def _schedulers(domain: Any, tune: Any, ids: list[int]) -> Found:
    from vsh.xml.domain.tune import IoThreadSched, VcpuSched

    table: dict[int, Any] = {}
    for sched in tune.vcpuscheds:
        for number in parse_set(sched.vcpus or "0"):
            if number >= domain.vcpus:
                yield (
                    "cputune",
                    ConfigUnsupported(f"vCPU '{number}' is not present in domain definition"),
                )
                return
            if number in table:
                yield "cputune", XmlDetail("'vcpusched' attributes 'vcpus' must not overlap")
                return
            table[number] = VcpuSched(
                vcpus=str(number), scheduler=sched.scheduler, priority=sched.priority
            )
    tune.vcpuscheds = [table[number] for number in sorted(table)]
    table = {}
    for sched in tune.iothreadscheds:
        for number in parse_set(sched.iothreads or "0"):
            if number not in ids:
                yield "cputune", ConfigUnsupported(f"Cannot find 'iothread' : {number}")
                return
            if number in table:
                yield (
                    "cputune",
                    XmlDetail("'iothreadsched' attributes 'iothreads' must not overlap"),
                )
                return
            table[number] = IoThreadSched(
                iothreads=str(number), scheduler=sched.scheduler, priority=sched.priority
            )
    tune.iothreadscheds = [table[number] for number in ids if number in table]


def _resctrl(domain: Domain, tune: CpuTune) -> Found:
    from vsh.xml.domain.resctrl_groups import settle

    for error in settle(tune, domain.vcpus):
        yield "cputune", error
        return


def _numa(domain: Domain) -> Found:
    numa = domain.cpu.numa if domain.cpu is not None else None
    cells = numa.cells if numa is not None else []
    cpus = [number for cell in cells for number in parse_set(cell.cpus or "^0")]
    if len(cpus) > domain.vcpus:
        yield "cpu", InternalError("Number of CPUs in <numa> exceeds the <vcpu> count")
    elif max(cpus, default=0) >= domain.vcpus:  # so no vCPUs at all are refused here
        yield "cpu", InternalError("CPU IDs in <numa> exceed the <vcpu> count")
    static = domain.vcpu_placement == "static"
    if not static and not domain.numatune:
        from vsh.xml.domain.tune import NumaTune

        domain.numatune = [NumaTune()]
    for tune in domain.numatune[:1]:
        if not static and not tune.memory:
            tune.placement = tune.placement or "auto"
        for error in tune.settle(static, len(cells)):
            yield "numatune", error
        pins = domain.cputune is not None and (
            domain.cputune.vcpupins or domain.cputune.emulatorpin or domain.cputune.iothreadpins
        )
        if tune.placement == "auto" and not domain.vcpu_cpuset and not pins:
            domain.vcpu_placement = "auto"


def _usb(domain: Domain) -> Found:
    none = other = master = False
    for controller in domain.controllers:
        if controller.type != "usb":
            continue
        if controller.model == "none":
            if other or none:
                yield (
                    "controllers",
                    XmlDetail("Can't add another USB controller: USB is disabled for this domain"),
                )
                return
            none = True
        else:
            if none:
                yield (
                    "controllers",
                    XmlDetail("Can't add another USB controller: USB is disabled for this domain"),
                )
                return
            other = True
        master = master or controller.master_startport is None
    if other and not master:
        yield "controllers", XmlDetail("No master USB controller specified")
    if none:
        yield from _no_usb(domain)


def _no_usb(domain: Domain) -> Iterator[Any]:
    if any(device.bus == "usb" for device in domain.inputs):
        yield "inputs", ConfigUnsupported("Can't add USB input device. USB bus is disabled")
    if any(device.type == "usb" for device in domain.hostdevs):
        yield (
            "hostdevs",
            ConfigUnsupported("Can't add host USB device: USB is disabled in this host"),
        )
    if domain.hubs:
        yield "hubs", ConfigUnsupported("Can't add USB hub: USB is disabled for this domain")


def _throttles(domain: Domain) -> Found:
    names = [group.group_name for group in domain.throttle_groups]
    for number, name in enumerate(names):
        if name in names[:number]:
            yield "throttle_groups", XmlError(f"duplicate group name '{name}' found")
            return


def _perf(domain: Domain) -> Found:
    from vsh.xml.domain.perf import PERF_EVENTS

    names = [event.name for event in domain.perf]
    for number, name in enumerate(names):
        if name in names[:number]:
            yield "perf", XmlError(f"perf event '{name}' was already specified")
            return
    domain.perf.sort(key=lambda event: PERF_EVENTS.index(event.name) if event.name else 0)


def _ports(domain: Domain, *, inactive: bool) -> None:
    highest = -1
    for parallel in domain.parallels:
        if parallel.port is None:
            parallel.port = highest + 1
        highest = max(highest, parallel.port)
    for number, console in enumerate(domain.consoles):
        if inactive or console.port is None:
            console.port = number


def _sort(domain: Domain) -> None:
    from vsh.xml.domain.order import sorted_controllers, sorted_disks

    if len(domain.disks) > 1:
        domain.disks = sorted_disks(domain.disks)
    if len(domain.controllers) > 1:
        domain.controllers = sorted_controllers(domain.controllers)


def _sysinfo(domain: Domain) -> Found:
    for info in domain.sysinfo:
        entry = info.system.get("uuid") if info.system is not None else None
        if entry is None:
            continue
        if domain.hwuuid is not None:
            if domain.hwuuid != entry.value:
                yield "sysinfo", XmlDetail("UUID mismatch between <hwuuid> and <sysinfo>")
        elif domain.uuid_generated and entry.value is not None:
            domain.uuid = entry.value
        elif domain.uuid != entry.value:
            yield "sysinfo", XmlDetail("UUID mismatch between <uuid> and <sysinfo>")
