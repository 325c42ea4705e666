"""The disks of a VMX configuration."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.conf import whole
from vsh.hypervisors.devices import source_path
from vsh.xml.domain.order import disk_index

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.vmware.files import Files
    from vsh.hypervisors.vmware.writer import Writer
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.disk import Disk

_MODELS = ("buslogic", "lsilogic", "lsisas1068", "vmpvscsi")
_ALL_MODELS = (
    "auto", *_MODELS, "ibmvscsi", "virtio-scsi", "lsisas1078", "virtio-transitional",
    "virtio-non-transitional", "ncr53c90", "dc390", "am53c974",
)  # fmt: skip
_WORDS = {"sd": "SCSI", "hd": "IDE", "fd": "Floppy"}
_LIMITS = {"sd": 60, "hd": 4, "fd": 2}


def _number(name: str, prefix: str) -> int:
    """The number of a target."""
    word = _WORDS[prefix]
    if not name.startswith(prefix):
        raise InternalError(
            "Expecting domain XML attribute 'dev' of entry 'devices/disk/target' to start with "
            f"'{prefix}'"
        )
    number = disk_index(name)
    if number is None:
        raise InternalError(f"Could not parse valid disk index from '{name}'")
    if number >= _LIMITS[prefix]:
        raise InternalError(f"{word} disk index (parsed from '{name}') is too large")
    return number


def verify(domain: Domain, disk: Disk) -> None:
    """Whether a disk is where its target's name says, and its driver is its controller's."""
    address = disk.address
    if address is None or address.type != "drive":
        shown = "none" if address is None else address.type
        raise ConfigUnsupported(f"Unsupported disk address type '{shown}'")
    place = (address.controller, address.bus, address.unit)
    if place != _place(disk):
        shown = ":".join(map(str, place))
        raise InternalError(f"Disk address {shown} doesn't match target device '{disk.target}'")
    controller, bus, unit = place
    if disk.bus == "nvme":
        _range("NVMe controller", controller, controller <= 3, "[0..3]")
        _range("NVMe unit", unit, unit <= 14, "[0..14]")
    elif disk.bus == "scsi":
        _range("SCSI controller", controller, controller <= 3, "[0..3]")
        _range("SCSI bus", bus, bus == 0, "[0]")
        _range("SCSI unit", unit, unit <= 15 and unit != 7, "[0..6,8..15]")
    elif disk.bus == "ide":
        _range("IDE controller", controller, controller == 0, "[0]")
        _range("IDE bus", bus, bus <= 1, "[0..1]")
        _range("IDE unit", unit, unit <= 1, "[0..1]")
    elif disk.bus == "fdc":
        _range("FDC controller", controller, controller == 0, "[0]")
        _range("FDC bus", bus, bus == 0, "[0]")
        _range("FDC unit", unit, unit <= 1, "[0..1]")
    else:
        raise ConfigUnsupported(f"Unsupported bus type '{disk.bus}'")
    if disk.bus == "scsi" and disk.driver_name is not None:
        _legacy_driver(domain, disk)


def _range(word: str, value: int, good: bool, shown: str) -> None:
    if not good:
        raise InternalError(f"{word} index {value} out of {shown} range")


def _place(disk: Disk) -> tuple[int, int, int]:
    """Controller, bus and unit that follow from a target's name."""
    if disk.bus == "nvme":
        controller, space = nvme_place(disk.target or "")
        return controller, 0, space
    number = disk_index(disk.target or "")
    if number is None:
        raise InternalError("Could not verify disk address")
    if disk.bus == "scsi":
        controller, unit = divmod(number, 15)
        return controller, 0, unit + (unit >= 7)
    if disk.bus == "ide":
        return number // 4, number % 4 // 2, number % 2
    units = {"sata": 6, "fdc": 2}.get(disk.bus or "")
    return (number // units, 0, number % units) if units else (0, 0, 0)


def nvme_place(target: str) -> tuple[int, int]:
    """The numbers, from 0, of controller and disk in a name like ``nvme0n1``."""
    controller, mark, space = target.removeprefix("nvme").partition("n")
    numbers = whole(controller), whole(space)
    if not target.startswith("nvme") or not mark or numbers[0] is None or not numbers[1]:
        raise InternalError(f"Could not parse valid disk index from '{target}'")
    return numbers[0], numbers[1] - 1


def _legacy_driver(domain: Domain, disk: Disk) -> None:
    """A SCSI disk's driver name once was the model of its controller."""
    model = (disk.driver_name or "").lower()
    if model not in _ALL_MODELS:
        raise InternalError(f"Unknown driver name '{disk.driver_name}'")
    index = disk.address.controller if disk.address is not None else None
    controller = next((c for c in domain.controllers if c.index == index), None)
    if controller is None:
        raise InternalError(f"Missing SCSI controller for index {index}")
    if controller.model is None:
        controller.model = model
    elif controller.model != model:
        raise InternalError(
            f"Inconsistent SCSI controller model ('{disk.driver_name}' is not "
            f"'{controller.model}') for SCSI controller index {controller.index}"
        )


def scsi_controllers(domain: Domain, files: Files) -> dict[int, str | None]:
    """The SCSI controllers that have disks, and their models."""
    found: dict[int, str | None] = {}
    for controller in domain.controllers:
        if controller.type != "scsi":
            continue
        disks = [
            disk
            for disk in domain.disks
            if disk.bus == "scsi" and disk.address and disk.address.controller == controller.index
        ]
        if not disks:
            continue
        if controller.model == "auto":
            models = [files.controller_model(disk) for disk in disks]
            if any(model != models[0] for model in models):
                raise InternalError(
                    f"Disks on SCSI controller {controller.index} have inconsistent controller "
                    "models, cannot autodetect model"
                )
            controller.model = models[0] or "auto"
        if controller.model is not None and controller.model not in _MODELS:
            raise InternalError(
                "Expecting domain XML attribute 'model' of entry 'controller' to be 'buslogic' "
                "or 'lsilogic' or 'lsisas1068' or 'vmpvscsi' but found "
                f"'{controller.model}'"
            )
        found[controller.index or 0] = controller.model
    return found


def write_disk(out: Writer, disk: Disk) -> None:
    """A hard disk, CD-ROM or LUN."""
    if disk.type not in ("file", "block"):
        raise ConfigUnsupported(
            f"{disk.bus} {disk.device} '{disk.target}' has unsupported type '{disk.type}', "
            "expecting 'file' or 'block'"
        )
    if disk.bus == "scsi":
        number = _number(disk.target or "", "sd")
        controller, unit = divmod(number, 15)
        unit += unit >= 7
    elif disk.bus == "ide":
        controller, unit = divmod(_number(disk.target or "", "hd"), 2)
    elif disk.bus == "nvme" and disk.device == "disk":
        controller, unit = nvme_place(disk.target or "")
    else:
        raise ConfigUnsupported(f"Unsupported bus type '{disk.bus}' for {disk.device}")
    prefix = f"{disk.bus}{controller}:{unit}"
    source = source_path(disk)
    kind = _device_type(disk, source)
    out.add(f"{prefix}.present", value=True)
    out.add(f"{prefix}.deviceType", kind)
    if disk.type == "file":
        out.add(f"{prefix}.fileName", _file_name(out.files, disk, source))
    elif source is None and disk.source is not None and disk.source.startup_policy == "optional":
        out.add(f"{prefix}.autodetect", value=True)
        out.add(f"{prefix}.fileName", "auto detect")
    else:
        out.add(f"{prefix}.fileName", "(null)" if source is None else source)
    if disk.bus == "scsi" and disk.cache is not None:
        if disk.cache != "writethrough":
            raise ConfigUnsupported(
                f"scsi harddisk '{disk.target}' has unsupported cache mode '{disk.cache}'"
            )
        out.add(f"{prefix}.writeThrough", value=True)
    if disk.transient:
        out.add(f"{prefix}.mode", "independent-nonpersistent")


def _device_type(disk: Disk, source: str | None) -> str:
    if disk.device == "disk" and disk.type == "file":
        return {"scsi": "scsi-hardDisk", "nvme": "disk"}.get(disk.bus or "", "ata-hardDisk")
    if disk.device == "cdrom":
        return "cdrom-image" if disk.type == "file" else "atapi-cdrom"
    if disk.device == "lun":
        passed = disk.bus == "scsi" and (source or "").startswith("/vmfs/devices/cdrom/")
        return "scsi-passthru" if passed else "cdrom-raw"
    raise ConfigUnsupported(
        f"{disk.bus} {disk.device} '{disk.target}' has an unsupported type '{disk.type}'"
    )


def _file_name(files: Files, disk: Disk, source: str | None) -> str:
    if source is None:
        return "emptyBackingString"
    ending = ".vmdk" if disk.device == "disk" else ".iso"
    if not source.lower().endswith(ending):
        raise InternalError(
            f"Image file for {disk.bus} {disk.device} '{disk.target}' has unsupported suffix, "
            f"expecting '{ending}'"
        )
    return files.write(source)


def write_floppy(out: Writer, disk: Disk) -> int:
    """A floppy drive; gives its number."""
    unit = _number(disk.target or "", "fd")
    if disk.type not in ("file", "block"):
        raise ConfigUnsupported(
            f"Floppy '{disk.target}' has unsupported type '{disk.type}', expecting 'file' or "
            "'block'"
        )
    source = source_path(disk)
    out.add(f"floppy{unit}.present", value=True)
    out.add(f"floppy{unit}.fileType", "file" if disk.type == "file" else "device")
    if source is not None:
        name = out.files.write(source) if disk.type == "file" else source
        out.add(f"floppy{unit}.fileName", name)
    return unit
