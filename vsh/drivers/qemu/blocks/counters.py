"""What a QEMU counts of the disks of its guest, and how large it says that they are."""

from __future__ import annotations

from vsh.api.domain.records import BlockInfo
from vsh.drivers.qemu import statistics
from vsh.errors import InternalError, InvalidArgument, OperationUnsupported, SystemFailure
from vsh.qmp.value import integer, struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.qmp.value import Struct
    from vsh.xml.domain.devices.disk import Disk

# libvirt's name of a number, and QEMU's
COUNTERS = {
    "wr_bytes": "wr_bytes",
    "wr_operations": "wr_operations",
    "rd_bytes": "rd_bytes",
    "rd_operations": "rd_operations",
    "flush_operations": "flush_operations",
    "wr_total_times": "wr_total_time_ns",
    "rd_total_times": "rd_total_time_ns",
    "flush_total_times": "flush_total_time_ns",
}


def of_disk(disk: Disk, blocks: statistics.Blocks) -> Struct:
    """What is counted of one disk.  Raises InternalError."""
    if not disk.alias:
        raise InternalError(f"missing disk device alias name for {disk.target}")
    device = blocks.devices.get(disk.alias)
    if device is None:
        raise InternalError(f"cannot find statistics for device '{disk.alias}'")
    return device


def counted(guest: Guest, path: str) -> dict[str, int]:
    """QEMU's counters of one disk, or with no path those of all, added up."""
    disks = guest.definition.disks
    if path:
        chosen = statistics.disk(guest.definition, path)
        if chosen is None:
            raise InvalidArgument(f"invalid path: {path}")
        if chosen.type == "vhostuser":
            raise OperationUnsupported("block stats are not supported for vhostuser disk")
        disks = [chosen]
    blocks = statistics.Blocks(guest.ask, sizes=False)
    total = dict.fromkeys(COUNTERS.values(), 0)
    for disk in disks:
        if disk.type == "vhostuser":
            continue
        counters = struct(of_disk(disk, blocks)["stats"])
        for name in total:
            total[name] += integer(counters.get(name), 0)
    return total


def sizes(disk: Disk, blocks: statistics.Blocks, device: Struct) -> BlockInfo:
    """The sizes of an image that QEMU has open, as virDomainGetBlockInfo defines them."""
    capacity, taken = blocks.capacity(device)
    highest = blocks.highest(device)
    grows = disk.type == "file" and disk.driver_type == "qcow2"
    allocation = taken if highest is None or grows else highest
    allocation = allocation or taken
    physical = taken
    if not taken or allocation == taken:  # a sparse file: its own size says more
        try:
            physical = statistics.on_disk(str(disk.source and disk.source.path))
        except SystemFailure:
            physical = taken
    return BlockInfo(allocation, capacity, physical)
