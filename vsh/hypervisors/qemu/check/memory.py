"""What is wrong with the memory that can be plugged into a guest, as a whole."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.hypervisors.qemu.machine import PPC64, S390

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.errors import Error
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.memory import MemoryDevice

_MODULES = ("dimm", "nvdimm")  # what takes a slot
_OF_NODES = (*_MODULES, "virtio-mem")


def check_memory(domain: Domain, coming: MemoryDevice | None = None) -> Iterator[Error]:
    """The problems of all memory devices together, with one that is to be plugged in."""
    devices = [*domain.memory_devices, *([] if coming is None else [coming])]
    pluggable = [each for each in devices if each.model != "sgx-epc"]
    if not (domain.max_memory or domain.memory_slots):
        if devices:
            yield ConfigUnsupported(
                "cannot use/hotplug a memory device when domain 'maxMemory' is not defined"
            )
        return
    numa = domain.cpu.numa if domain.cpu is not None else None
    arch = domain.os.arch
    free = arch in PPC64 or (domain.newest and arch in S390)
    if domain.memory_slots and not free and not (numa and numa.cells):
        yield ConfigUnsupported(
            "At least one numa node has to be configured when enabling memory hotplug"
        )
    slots = domain.memory_slots or 0
    if not domain.newest and len(devices) > slots:
        yield ConfigUnsupported(
            f"memory device count '{len(devices)}' exceeds slots count '{slots}'"
        )
    for device in pluggable:
        yield from _place(device, newest=domain.newest)
        if numa and numa.cells and device.numa_node is None and device.model in _OF_NODES:
            yield ConfigUnsupported("target NUMA node needs to be specified for memory device")
        place = device.address
        if place is not None and place.type == "dimm" and (place.slot or 0) >= slots:
            yield ConfigUnsupported(
                f"memory device slot '{place.slot or 0}' exceeds slots count '{slots}'"
            )
    modules = sum(1 for each in devices if each.model in _MODULES)
    if domain.newest and modules > slots:
        yield ConfigUnsupported(
            f"count of memory devices requiring memory slots '{modules}' exceeds slots count "
            f"'{slots}'"
        )
    own = sum(each.size or 0 for each in domain.memory_devices)
    space = (domain.max_memory or 0) - ((domain.memory or 0) - own)
    if sum(each.size or 0 for each in devices) > space:
        yield ConfigUnsupported("memory device total size exceeds hotplug space")


def _place(device: MemoryDevice, *, newest: bool) -> Iterator[Error]:
    """That a device has no address of its kind."""
    kind = None if device.address is None else device.address.type
    if kind is None:
        return
    if device.model in _MODULES:
        if kind != "dimm":
            yield ConfigUnsupported("only 'dimm' addresses are supported for the pc-dimm device")
    elif device.model == "virtio-mem" and newest:
        if kind not in ("pci", "ccw"):
            yield ConfigUnsupported(
                "only 'pci' and 'ccw' addresses are supported for the virtio-mem device"
            )
    elif kind != "pci":
        yield ConfigUnsupported(f"only 'pci' addresses are supported for the {device.model} device")
