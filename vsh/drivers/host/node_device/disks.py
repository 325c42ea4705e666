"""What the host knows of SCSI adapters, targets and units, and of drives."""

from __future__ import annotations

from vsh.drivers.host.node_device.tree import to_number
from vsh.xml.host.node_device.scsi import (
    FcHost,
    RemotePort,
    Removable,
    Scsi,
    ScsiGeneric,
    ScsiHost,
    ScsiTarget,
    Storage,
    VportOperations,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.node_device.tree import Entry

_UNITS = {
    0: "disk", 1: "tape", 3: "processor", 4: "worm", 5: "cdrom", 6: "scanner", 7: "mod",
    8: "changer", 12: "raid", 13: "enclosure",
}  # fmt: skip
_GUESSES = (("/dev/vd", "disk"), ("/dev/dasd", "dasd"), ("/dev/nvme", "disk"))


def host(entry: Entry) -> ScsiHost | None:
    """An adapter, with its Fibre Channel port if it is one."""
    name = entry.name
    number = to_number(name.removeprefix("host"))
    if number is None:
        return None
    unique = to_number(entry.elsewhere(f"/sys/class/scsi_host/{name}/unique_id"))
    found = ScsiHost(type="scsi_host", host=number, unique_id=unique)
    port = f"/sys/class/fc_host/{name}"
    if entry.is_there(port):
        wwpn, wwnn, fabric = (
            (entry.elsewhere(f"{port}/{file}") or "").removeprefix("0x") or None
            for file in ("port_name", "node_name", "fabric_name")
        )
        if wwpn is not None and wwnn is not None:
            channel = FcHost(type="fc_host", wwnn=wwnn, wwpn=wwpn, fabric_wwn=fabric)
            found.capabilities.append(channel)
    for folder in (port, f"/sys/class/scsi_host/{name}"):
        if entry.is_there(f"{folder}/vport_create"):
            most = to_number(entry.elsewhere(f"{folder}/max_npiv_vports")) or 0
            used = to_number(entry.elsewhere(f"{folder}/npiv_vports_inuse")) or 0
            found.capabilities.append(VportOperations(type="vport_ops", limit=most, count=used))
            break
    return found


def target(entry: Entry) -> ScsiTarget:
    """What an adapter reaches."""
    found = ScsiTarget(type="scsi_target", target=entry.name)
    remote = entry.path.split("/")[-2]
    port = f"/sys/class/fc_remote_ports/{remote}/port_name"
    if entry.is_there(port):
        wwpn = (entry.elsewhere(port) or "").removeprefix("0x")
        found.capabilities.append(RemotePort(type="fc_remote_port", rport=remote, wwpn=wwpn))
    return found


def unit(entry: Entry) -> Scsi | None:
    """A logical unit."""
    numbers = [to_number(part) for part in entry.name.split(":")]
    if len(numbers) != 4 or None in numbers:
        return None
    kind = entry.number("type")
    return Scsi(
        type="scsi",
        **dict(zip(("host", "bus", "target", "lun"), numbers, strict=True)),
        kind=None if kind is None else _UNITS.get(kind),
    )


def generic(entry: Entry) -> ScsiGeneric | None:
    """The character device of a unit."""
    return None if entry.node is None else ScsiGeneric(type="scsi_generic", char=entry.node)


def _drive_type(entry: Entry) -> str | None:
    properties = entry.properties
    found = properties.get("ID_TYPE")
    if found is None or found == "generic":
        if "ID_DRIVE_FLOPPY" in properties:
            return "floppy"
        if "ID_CDROM" in properties:
            return "cdrom"
        if "ID_DRIVE_FLASH_SD" in properties:
            return "sd"
        for start, word in _GUESSES:
            if (entry.node or "").startswith(start):
                return word
        unit = entry.number("device/type")  # where no udev runs, the unit says what it is
        return {0: "disk", 5: "cdrom"}.get(-1 if unit is None else unit)
    return "cdrom" if found in ("cd", "cd/dvd") else found


def drive(entry: Entry) -> Storage | None:
    """A drive; None where nobody can say what kind of drive it is, as with loop devices."""
    kind = _drive_type(entry)
    if entry.node is None or kind not in ("disk", "cdrom", "floppy", "sd", "dasd"):
        return None
    properties = entry.properties
    vendor, model = entry.text("device/vendor"), entry.text("device/model")
    found = Storage(
        type="storage",
        block=entry.node,
        bus=properties.get("ID_BUS"),
        drive_type=kind,
        model=None if model is None else model.strip(),
        vendor=None if vendor is None else vendor.strip(),
        serial=properties.get("ID_SERIAL"),
    )
    if kind == "dasd":
        found.serial = entry.text("device/uid")
    count = entry.number("size") or 0
    size = entry.number("queue/logical_block_size") or 0
    if kind not in ("cdrom", "floppy"):
        found.size, found.block_size, found.blocks = count * size, size or None, count or None
        return found
    inside = properties.get("ID_CDROM_MEDIA") if kind == "cdrom" else properties.get("ID_FS_LABEL")
    there = bool(inside) and inside != "0"
    if entry.number("removable") == 1:
        media = Removable(type="removable", available=int(there), size=0)
        if there:
            media.size, media.label = count * size, properties.get("ID_FS_LABEL")
            media.block_size, media.blocks = size or None, count or None
        found.capabilities.append(media)
    else:
        found.size = 0
    return found
