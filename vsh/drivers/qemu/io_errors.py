"""Errors of disks while their guests run: whose they are, and what there is to say of them."""

from __future__ import annotations

from vsh.hypervisors.qemu.argv.aliases import device_of
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.value import text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.qmp.value import Struct
    from vsh.xml.domain.devices.disk import Disk


def of_event(guest: Guest, data: Struct) -> tuple[str, str, str | None]:
    """The alias of the disk that QEMU tells of an error of, and the path of the image.

    With them comes the message of it that is kept: for guests on newer boards, whose QEMU says why.
    """
    node = text(data.get("node-name"), "")
    found = _by_node(guest, node) or _by_device(guest, data)
    if found is None:
        return "", "", None
    disk, number, path = found
    reason = text(data.get("reason"), "")
    message = None
    if reason and is_modern(guest.definition):
        message = (
            f"I/O error: disk='{disk.target}', index='{number}', path='{path or '<null>'}', "
            f"timestamp='{_now()}', message='{reason}'"
        )
    return str(disk.alias), path or "", message


def _by_node(guest: Guest, node: str) -> tuple[Disk, int, str | None] | None:
    """The disk, the number and the path of the image that a node is of."""
    from vsh.drivers.qemu.blocks import images

    for disk in guest.definition.disks:
        chain = [
            (images.number_of(each), images.source_of(each).path) for each in images.images(disk)
        ]
        chain += [(number, path) for number, _, path in images.copies(guest, str(disk.target))]
        for number, path in chain:
            if number and node.startswith(f"libvirt-{number}-"):
                return disk, number, path
    return None


def _by_device(guest: Guest, data: Struct) -> tuple[Disk, int, str | None] | None:
    """The same of the disk of a device."""
    device = str(data.get("qom-path") or data.get("device") or "").split("/")
    alias = next((part for part in reversed(device) if part and part != "virtio-backend"), "")
    for disk in guest.definition.disks:
        if alias and alias in (disk.alias, device_of(disk, str(disk.alias))):
            source = disk.source
            return (disk, 0, None) if source is None else (disk, source.index or 0, source.path)
    return None


def _now() -> str:
    """The time as libvirt writes it."""
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    return f"{now:%Y-%m-%d %H:%M:%S}.{now.microsecond // 1000:03}+0000"
