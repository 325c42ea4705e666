"""What is wrong with memory devices."""

from __future__ import annotations

from vsh.domains.check_disk import check_virtio
from vsh.errors import ConfigUnsupported, Error, XmlDetail

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.memory import MemoryDevice


def check_memory(device: MemoryDevice, domain: Domain) -> Iterable[Error]:
    """The problems of one memory device."""
    numa = domain.cpu.numa if domain.cpu is not None else None
    cells = len(numa.cells) if numa is not None else 0
    if device.numa_node is not None:
        if not cells:
            yield XmlDetail("can't add memory backend as guest has no NUMA nodes configured")
        elif device.numa_node >= cells:
            yield XmlDetail(
                f"can't add memory backend for guest node '{device.numa_node}' as the guest has "
                f"only '{cells}' NUMA nodes configured"
            )
    kind = device.model
    if kind == "nvdimm":
        if not device.path:
            yield XmlDetail("path is required for model 'nvdimm'")
        if device.discard:
            yield ConfigUnsupported("discard is not supported for nvdimms")
        if domain.os.arch in ("ppc64", "ppc64le"):
            if not device.label_size:
                yield ConfigUnsupported("label size is required for NVDIMM device")
        elif device.uuid:
            yield ConfigUnsupported("UUID is not supported for NVDIMM device")
    if kind == "sgx-epc" and device.address is not None:
        yield ConfigUnsupported(f"memory device address is not supported for model '{kind}'")
    if kind in ("dimm", "nvdimm", "sgx-epc"):
        yield from check_virtio(device)
    elif kind == "virtio-pmem":
        if not device.path:
            yield XmlDetail(f"path is required for model '{kind}'")
        if device.discard:
            yield ConfigUnsupported(f"discard is not supported for model '{kind}'")
        if device.access != "shared":
            yield ConfigUnsupported("shared access mode required for virtio-pmem device")
        if device.numa_node is not None:
            yield ConfigUnsupported("virtio-pmem does not support NUMA nodes")
        if (device.base or 0) % 4096:
            yield ConfigUnsupported("memory address must be aligned to 4096 bytes")
    elif kind == "virtio-mem":
        yield from _virtio_mem(device)
    yield from _slots(device, domain)


def _virtio_mem(device: MemoryDevice) -> Iterable[Error]:
    block, requested = device.block or 0, device.requested or 0
    if requested > device.size:
        yield XmlDetail(f"requested size must be smaller than or equal to @size ({device.size}KiB)")
    elif not block or block & (block - 1):
        yield XmlDetail("block size must be a power of two")
    elif block < 2048:
        yield XmlDetail("block size too small, must be at least 2048KiB")
    elif requested % block:
        yield XmlDetail("requested size must be an integer multiple of block size")
    elif (device.base or 0) % (block * 1024):
        yield XmlDetail("memory device address must be aligned to blocksize")


_PAGE = 4  # in KiB


def _start(device: MemoryDevice) -> int:
    """Where a device is mapped, in bytes; 0 for nowhere yet."""
    address = device.address
    if device.model in ("dimm", "nvdimm"):
        return (address.base or 0) if address is not None and address.type == "dimm" else 0
    return device.base or 0 if device.model in ("virtio-pmem", "virtio-mem") else 0


def _end(device: MemoryDevice) -> int:
    """The first byte behind a device: an NVDIMM's label is not mapped."""
    size = device.size
    if device.model == "nvdimm":
        step = device.alignsize or _PAGE
        size -= -(-(device.label_size or 0) // step) * step
    return _start(device) + size * 1024


def _same(device: MemoryDevice, other: MemoryDevice) -> bool:
    """Whether two are one: a device that changes stands beside itself."""
    if device.alias is not None and device.alias == other.alias:
        return True
    one, two = device.address, other.address
    if one is None or two is None:
        return one is two
    return (one.type, one.numbers()) == (two.type, two.numbers())


def _slots(device: MemoryDevice, domain: Domain) -> Iterable[Error]:
    """Whether a device has a place of its own."""
    address = device.address
    slot = None
    if device.model in ("dimm", "nvdimm") and address is not None and address.type == "dimm":
        slot = address
    start, end = _start(device), _end(device)
    if slot is None and not start:
        return
    for other in domain.memory_devices:
        place = other.address
        if other is device:
            continue
        if slot is None:
            if _same(device, other):
                continue
        elif place is not None and place.type == "dimm" and place.slot == slot.slot:
            yield ConfigUnsupported(
                f"memory device slot '{slot.slot}' is already being used by another memory device"
            )
            return
        begin = _start(other)
        if start and begin and start < _end(other) and begin < end:
            yield ConfigUnsupported(
                f"memory device address [0x{start:x}:0x{end:x}] overlaps with other memory device "
                f"(0x{begin:x})"
            )
            return
