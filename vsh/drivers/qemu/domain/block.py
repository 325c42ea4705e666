"""Disks of a guest: their numbers, sizes and errors."""

from __future__ import annotations

from vsh.api.domain import block
from vsh.api.domain.records import BlockInfo, BlockStats, DiskError
from vsh.api.types import TypedParams
from vsh.drivers.qemu import statistics
from vsh.drivers.qemu.part import QemuPart
from vsh.errors import InternalError, InvalidArgument, OperationUnsupported, SystemFailure
from vsh.qmp.value import integer, struct, structs, text
from vsh.words.domain.block import DomainDiskErrorCode
from vsh.words.parameter import TypedParameterFlags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.drivers.qemu.guest import Guest
    from vsh.qmp.value import Struct
    from vsh.xml.domain.devices.disk import Disk

# libvirt's name of a number, and QEMU's
_COUNTERS = {
    "wr_bytes": "wr_bytes",
    "wr_operations": "wr_operations",
    "rd_bytes": "rd_bytes",
    "rd_operations": "rd_operations",
    "flush_operations": "flush_operations",
    "wr_total_times": "wr_total_time_ns",
    "rd_total_times": "rd_total_time_ns",
    "flush_total_times": "flush_total_time_ns",
}
_ERRORS = {"failed": DomainDiskErrorCode.UNSPEC, "nospace": DomainDiskErrorCode.NO_SPACE}


class Block(QemuPart, answers=block):
    """Answers about disks."""

    def block_stats(self, domain: Domain, path: str) -> BlockStats:
        with self.guests.query(domain, active=True) as guest:
            found = _counted(guest, path)
            read, written = found["rd_operations"], found["wr_operations"]
            return BlockStats(read, found["rd_bytes"], written, found["wr_bytes"], -1)

    def block_stats_flags(self, domain: Domain, path: str, flags: int = 0) -> TypedParams:
        self.accept(flags, TypedParameterFlags.STRING_OKAY, "qemuDomainBlockStatsFlags")
        with self.guests.query(domain, active=True) as guest:
            found = _counted(guest, path)
            params = TypedParams()
            for name, own in _COUNTERS.items():
                params.set(name, "llong", found[own])
            return params

    def get_block_info(self, domain: Domain, path: str, flags: int = 0) -> BlockInfo:
        self.accept(flags, 0, "qemuDomainGetBlockInfo")
        with self.guests.query(domain) as guest:
            disk = statistics.disk(guest.definition, path)
            if disk is None:
                raise InvalidArgument(f"invalid path {path} not assigned to domain")
            if disk.type == "vhostuser":
                raise OperationUnsupported("block info is not supported for vhostuser disk")
            if disk.source is None or disk.source.empty():
                raise InvalidArgument(f"disk '{path}' does not currently have a source assigned")
            if not guest.active:
                capacity, allocation, physical = statistics.image_sizes(disk)
                return BlockInfo(allocation, capacity, physical)
            blocks = statistics.Blocks(guest.ask)
            return _live_info(disk, blocks, _device(disk, blocks))

    def get_disk_errors(self, domain: Domain, flags: int = 0) -> list[DiskError]:
        self.accept(flags, 0, "qemuDomainGetDiskErrors")
        with self.guests.query(domain, active=True) as guest:
            status = {
                statistics.alias_of(each): text(each.get("io-status"), "ok")
                for each in structs(guest.ask("query-block"))
            }
            found = []
            for disk in guest.definition.disks:
                code = _ERRORS.get(status.get(disk.alias or "", ""))
                if code is not None:
                    found.append(DiskError(disk.target, int(code)))
            return found


def _device(disk: Disk, blocks: statistics.Blocks) -> Struct:
    """What is counted of one disk.  Raises InternalError."""
    if not disk.alias:
        raise InternalError(f"missing disk device alias name for {disk.target}")
    device = blocks.devices.get(disk.alias)
    if device is None:
        raise InternalError(f"cannot find statistics for device '{disk.alias}'")
    return device


def _counted(guest: Guest, path: str) -> dict[str, int]:
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
    total = dict.fromkeys(_COUNTERS.values(), 0)
    for disk in disks:
        if disk.type == "vhostuser":
            continue
        counters = struct(_device(disk, blocks)["stats"])
        for name in total:
            total[name] += integer(counters.get(name), 0)
    return total


def _live_info(disk: Disk, blocks: statistics.Blocks, device: Struct) -> BlockInfo:
    """The sizes of an image that QEMU has open, as virDomainGetBlockInfo defines them."""
    capacity, taken = blocks.capacity(device)
    highest = statistics.highest(device)
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
