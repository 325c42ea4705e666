"""Disks that are a part of a file (<slices>) and grow: they are all of it from then on."""

from __future__ import annotations

from vsh.drivers.qemu import statistics
from vsh.drivers.qemu.blocks import images
from vsh.errors import OperationUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain.devices.disk import Disk


def expand(hypervisor: Hypervisor, guest: Guest, disk: Disk, size: int) -> None:
    """Have QEMU take all of the file of a disk that is to have ``size`` bytes, as libvirt 12.8.0.

    Raises OperationUnsupported for what starts within its file, has a format, or is on an SD card,
    and for a block device of another size.
    """
    from vsh.drivers.qemu.devices import plugging

    assert disk.source is not None
    part = next((each for each in disk.source.slices if each.type == "storage"), None)
    if part is None:
        return
    if disk.bus == "sd":
        raise OperationUnsupported("resize of a 'sd' disk with storage slice is not supported")
    if part.offset:
        raise OperationUnsupported(
            "resize of a disk with storage slice with non-zero 'offset' is not supported"
        )
    encryption = disk.encryption or disk.source.encryption
    if images.format_of(disk) != "raw" or (encryption is not None and encryption.scheme == "luks"):
        raise OperationUnsupported(
            "resize of a disk with storage slice is supported only for 'raw' images"
        )
    if disk.type == "block" and (physical := statistics.on_disk(images.path_of(disk))) != size:
        raise OperationUnsupported(
            f"block device backed disk must be resized to its actual size '{physical}'"
        )
    node = images.node_of(guest, disk)
    for step in plugging.steps_of(hypervisor, guest, "disks", disk):
        if step.arguments.get("node-name") == node:
            whole = {k: v for k, v in step.arguments.items() if k not in ("offset", "size")}
            guest.ask("blockdev-reopen", {"options": [whole]})
    disk.source.slices = []
    hypervisor.guests.keep(guest)


def forget(guest: Guest, disk: Disk) -> None:
    """The configuration of a disk, too, is all of its file."""
    for other in guest.planned.disks if guest.planned is not None else ():
        same = other.target == disk.target and other.source is not None
        if same and images.path_of(other) == images.path_of(disk):
            images.source_of(other).slices = []
