"""Limits of a disk's traffic, and histograms of it, in a QEMU that runs."""

from __future__ import annotations

from vsh.hypervisors.qemu.argv.aliases import device_of as device_name
from vsh.hypervisors.qemu.argv.aliases import is_bulk_only

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.qmp.value import Ask
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.disk import Disk

# libvirt's name of a limit, and QEMU's
NAMES = {
    "total_bytes_sec": "bps", "read_bytes_sec": "bps_rd", "write_bytes_sec": "bps_wr",
    "total_iops_sec": "iops", "read_iops_sec": "iops_rd", "write_iops_sec": "iops_wr",
    "total_bytes_sec_max": "bps_max", "read_bytes_sec_max": "bps_rd_max",
    "write_bytes_sec_max": "bps_wr_max", "total_iops_sec_max": "iops_max",
    "read_iops_sec_max": "iops_rd_max", "write_iops_sec_max": "iops_wr_max",
    "size_iops_sec": "iops_size",
    "total_bytes_sec_max_length": "bps_max_length",
    "read_bytes_sec_max_length": "bps_rd_max_length",
    "write_bytes_sec_max_length": "bps_wr_max_length",
    "total_iops_sec_max_length": "iops_max_length",
    "read_iops_sec_max_length": "iops_rd_max_length",
    "write_iops_sec_max_length": "iops_wr_max_length",
}  # fmt: skip


_REQUESTS = {"read": "read", "write": "write", "zone": "zap", "flush": "flush"}


def device_of(disk: Disk) -> str:
    """The path of the device that has the back end of a disk, in QEMU's tree."""
    if disk.bus == "virtio":
        return f"/machine/peripheral/{disk.alias}/virtio-backend"
    if is_bulk_only(disk):
        return f"/machine/peripheral/{device_name(disk, str(disk.alias))}"
    if disk.bus == "usb":
        return f"/machine/peripheral/{disk.alias}/{disk.alias}.0/legacy[0]"
    return str(disk.alias)


def apply(guest: Guest, disk: Disk) -> None:
    """Set the limits of a disk.  Raises CommandRefused."""
    set_limits(disk, guest.ask)


def apply_all(definition: Domain, ask: Ask) -> None:
    """Set the limits of all disks of a QEMU that has just been started."""
    for disk in definition.disks:
        if disk.iotune is not None and not disk.empty():
            set_limits(disk, ask)
        set_histograms(disk, ask)


def set_histograms(disk: Disk, ask: Ask) -> None:
    """Have QEMU keep the histograms of latencies that a disk's document wants."""
    for each in disk.histograms:
        of = "boundaries" if each.type is None else f"boundaries-{_REQUESTS[each.type]}"
        starts = [part.start for part in each.bins if part.start]  # the first begins at 0
        ask("block-latency-histogram-set", {"id": device_of(disk), of: starts})


def set_limits(disk: Disk, ask: Ask) -> None:
    """Set the limits of a disk; those that are not set are lifted."""
    tune = disk.iotune
    arguments: dict[str, object] = {"id": device_of(disk)}
    for name, own in NAMES.items():
        value = getattr(tune, name) if tune is not None else None
        if own.endswith(("_length", "_max")) or own == "iops_size":
            if value:
                arguments[own] = int(value)
        else:
            arguments[own] = int(value or 0)
    if tune is not None and tune.group_name:
        arguments["group"] = tune.group_name
    ask("block_set_io_throttle", arguments)
