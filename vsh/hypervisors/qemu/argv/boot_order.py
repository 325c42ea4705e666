"""The places of devices in the boot order."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain


def boot_indexes(domain: Domain) -> dict[int, int]:
    """The places of devices in the boot order, by the device's identity."""
    devices = (
        *domain.disks, *domain.interfaces, *domain.hostdevs, *domain.redirdevs,
        *domain.filesystems,
    )  # fmt: skip
    if not domain.os.boot:
        return {id(d): d.boot_order for d in devices if d.boot_order}
    places = {boot.dev: place for place, boot in enumerate(domain.os.boot, 1)}
    found = {}
    words = {"cdrom": "cdrom", "disk": "hd", "lun": "hd", "floppy": "fd"}
    for disk in domain.disks:
        place = places.pop(words[str(disk.device)], 0)
        if place:
            found[id(disk)] = place
    network = places.get("network")
    if domain.interfaces and network:
        found[id(domain.interfaces[0])] = network
    return found
