"""What in a guest's definition libvirt does not answer for."""

from __future__ import annotations

from vsh.drivers.state.taints import (
    CDROM_PASSTHROUGH,
    CUSTOM_DTB,
    DEPRECATED,
    HIGH_PRIVILEGES,
    SHELL_SCRIPTS,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.test.guest import Guest


def taint(guest: Guest) -> None:
    """Note what in a guest's definition libvirt does not answer for."""
    definition = guest.definition
    for disk in definition.disks:
        if disk.rawio:
            guest.taints.add(HIGH_PRIVILEGES)
        if (
            disk.device == "cdrom"
            and disk.type == "block"
            and (disk.source is not None and disk.source.path)
        ):
            guest.taints.add(CDROM_PASSTHROUGH)
    for hostdev in definition.hostdevs:
        if hostdev.type == "scsi" and hostdev.rawio:
            guest.taints.add(HIGH_PRIVILEGES)
    if any(interface.script for interface in definition.interfaces):
        guest.taints.add(SHELL_SCRIPTS)
    cpu = definition.cpu
    if cpu is not None and cpu.mode == "custom" and cpu.model == "Deprecated-Test":
        guest.taints.add(DEPRECATED)
        guest.deprecations.append("CPU model Deprecated-Test")
    if definition.os.dtb:
        guest.taints.add(CUSTOM_DTB)
