"""What the QEMU driver refuses in disks and shared folders."""

from __future__ import annotations

from vsh.errors import (
    ArgumentUnsupported,
    ConfigUnsupported,
    InternalError,
    OperationUnsupported,
    XmlDetail,
)
from vsh.hypervisors.qemu.check.controller import check_mapping, has_iothread
from vsh.hypervisors.qemu.check.images import check_images
from vsh.hypervisors.qemu.machine import is_modern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.errors import Error
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.filesystem import FileSystem

_PREFIXES = ("fd", "hd", "vd", "sd", "xvd", "ubd")
_SERIAL = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_ .+"
)  # what a serial number may be made of
_PLACED = ("scsi", "ide", "fdc", "sata")  # buses on which a disk has an address of its own kind
_SHARED_IMAGE = ("usb", "virtio", "scsi")
_USB_MODELS = ("usb-storage", "usb-bot")
_UNCOUNTED = ("sd", "fdc")
_TUNE_MOST = 1000000000000000


def check_disk(device: Disk, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of one disk."""
    yield from _geometry(device)
    yield from _identity(device, modern=is_modern(domain))
    if device.bus == "nvme" and device.serial:
        yield from _namespace(device, domain)
    yield from _reading(device)
    if device.device == "lun":
        yield from _lun(device)
    if device.rotation_rate:
        if device.bus not in ("scsi", "ide", "sata"):
            yield InternalError("rotation rate is only valid for SCSI/IDE/SATA bus")
        elif device.device != "disk":
            yield InternalError("rotation rate is only valid for disk device")
    address = device.address
    if device.bus in _PLACED and address is not None and address.type != "drive":
        yield InternalError(f"unexpected address type for {device.bus} disk")
    if device.bus == "usb" and device.model != "usb-bot" and device.empty() and domain.newest:
        yield ConfigUnsupported("'usb' disk must not be empty")
    if device.bus == "usb" and address is not None and address.type != "usb":
        yield InternalError("unexpected address type for usb disk")
    yield from _threads(device, domain)
    yield from _filters(device)
    yield from _tune(device, domain)
    yield from _transient(device)
    yield from _whole(device)
    yield from _queues(device, modern=is_modern(domain))
    yield from check_images(device, domain, emulator)
    if device.type in ("vhostuser", "vhostvdpa"):
        yield from check_shared(domain, device.type)
    if device.type == "vhostvdpa" and device.cache not in ("directsync", "none"):
        yield ConfigUnsupported("disk type 'vhostvdpa' requires cache mode 'directsync' or 'none'")
    if device.bus == "usb" and domain.newest and str(device.model) not in _USB_MODELS:
        yield ConfigUnsupported(
            "USB disk supports only the following models: 'usb-storage', 'usb-bot'"
        )
    if device.bus == "sd" and _secrets(device) > 1:
        yield ConfigUnsupported(
            f"sd card '{device.target}' does not support multiple encryption secrets"
        )
    source = device.source
    shared = source.reservations if source is not None else None
    if (
        shared is not None
        and shared.migration is not None
        and not (device.device == "lun" and device.bus == "scsi")
    ):
        yield ConfigUnsupported(
            "persistent reservation migration supported only with 'lun' disks on 'scsi' bus"
        )
    if device.statistics and device.bus in _UNCOUNTED:
        yield ConfigUnsupported(
            f"statistics collection is not supported by disks on bus '{device.bus}'"
        )


def _secrets(device: Disk) -> int:
    source = device.source
    found = device.encryption or (None if source is None else source.encryption)
    return 0 if found is None else len(found.secrets)


def _threads(device: Disk, domain: Domain) -> Iterator[Error]:
    """The I/O threads that serve a disk."""
    if not device.iothread and not device.iothreads:
        return
    if device.bus != "virtio":
        yield ConfigUnsupported(
            f"IOThreads not available for bus {device.bus} target {device.target}"
        )
        return
    yield from check_mapping(device.iothreads, device.queues or 0, domain)
    if device.iothread and not has_iothread(domain, device.iothread):
        yield ConfigUnsupported(f"Disk iothread '{device.iothread}' not defined in iothreadid")


def check_shared(domain: Domain, name: str) -> Iterator[Error]:
    """Whether all memory is shared with other programs, which something of a name needs."""
    backing = domain.memory_backing
    shared = backing is not None and backing.access == "shared"
    cells = domain.cpu.numa.cells if domain.cpu is not None and domain.cpu.numa is not None else ()
    good = all(cell.access == "shared" or (cell.access is None and shared) for cell in cells) and (
        bool(cells) or shared
    )
    if not good:
        yield ConfigUnsupported(f"'{name}' requires shared memory")


def _geometry(device: Disk) -> Iterator[Error]:
    if not device.has_geometry():
        return
    if device.bus in ("usb", "sd"):
        yield ConfigUnsupported(f"CHS geometry can not be set for '{device.bus}' bus")
    if device.trans is not None and device.bus != "ide":
        yield ConfigUnsupported(
            f"CHS translation mode can only be set for 'ide' bus not '{device.bus}'"
        )


def _words(device: Disk, *, modern: bool) -> Iterator[Error]:
    """What a disk says of who made it."""
    if not modern:
        if (device.vendor or device.product) and device.bus != "scsi":
            yield ConfigUnsupported("Only scsi disk supports vendor and product")
        return
    if device.vendor and device.bus != "scsi":
        yield ConfigUnsupported("Only scsi disk supports 'vendor'")
    if device.product and device.bus not in ("ide", "sata", "scsi"):
        yield ConfigUnsupported("Only ide, sata and scsi disk supports 'product'")


def _identity(device: Disk, *, modern: bool) -> Iterator[Error]:
    bus, target = device.bus, device.target
    if device.serial and bus == "sd":
        yield InternalError("Serial property not supported for drive bus 'sd'")
    if device.device == "cdrom" and bus in ("virtio", "sd"):
        yield ConfigUnsupported(f"disk type of '{target}' does not support ejectable media")
    if device.wwn and bus not in ("ide", "scsi"):
        yield ConfigUnsupported("Only ide and scsi disk support wwn")
    yield from _words(device, modern=modern)
    if device.serial and not _SERIAL.issuperset(device.serial):
        yield InternalError(f"driver serial '{device.serial}' contains unsafe characters")
    yield from _target(target or "")


def _namespace(device: Disk, domain: Domain) -> Iterator[Error]:
    """A namespace of NVMe has no serial number but its controller's."""
    address = device.address
    index = 0 if address is None else address.numbers()[0]
    serials = {each.index or 0: each.serial for each in domain.controllers if each.type == "nvme"}
    if serials.get(index) not in (None, device.serial):
        yield XmlDetail(
            "Conflicting NVME disk serial number, all disks on a controller must have the same "
            "serial number as the controller itself"
        )


def _target(name: str) -> Iterator[Error]:
    """A disk's name ends in letters, an NVMe disk's in a number; a partition's name goes on."""
    if name.startswith("nvme"):
        disk, _, partition = name.removeprefix("nvme").partition("p")
        known = all(part.isdecimal() for part in disk.split("n", 1))
    else:
        letters = name.rstrip("0123456789")
        partition = name[len(letters) :]
        rest = next((letters[len(p) :] for p in _PREFIXES if letters.startswith(p)), None)
        known = rest is not None and all("a" <= letter <= "z" for letter in rest)
    if not known:
        yield ConfigUnsupported(f"invalid disk target '{name}'")
    elif partition.strip("0"):
        yield ConfigUnsupported(
            f"invalid disk target '{name}', partitions can't appear in disk targets"
        )


def _reading(device: Disk) -> Iterator[Error]:
    target = device.target
    if device.copy_on_read:
        if device.readonly:
            yield ConfigUnsupported(
                f"copy_on_read is not compatible with read-only disk '{target}'"
            )
        if device.device in ("cdrom", "floppy"):
            yield ConfigUnsupported(f"copy_on_read is not supported with removable disk '{target}'")
    if device.readonly and device.device == "disk" and device.bus in ("ide", "sata"):
        yield ConfigUnsupported(f"readonly {device.bus} disks are not supported")
    if device.io == "native" and device.cache not in ("directsync", "none"):
        yield ConfigUnsupported("io='native' needs either no disk cache or directsync cache mode")


def _lun(device: Disk) -> Iterator[Error]:
    if device.bus not in ("virtio", "scsi"):
        yield ConfigUnsupported(f"disk device='lun' is not supported for bus='{device.bus}'")
    if device.copy_on_read:
        yield ConfigUnsupported(f"copy_on_read is not compatible with 'lun' disk '{device.target}'")
    if device.wwn:
        yield ConfigUnsupported("Setting wwn is not supported for lun device")
    if device.vendor or device.product:
        yield ConfigUnsupported("Setting vendor or product is not supported for lun device")
    if device.serial and device.bus == "scsi":
        yield ConfigUnsupported("scsi-block 'lun' devices do not support the serial property")


def _tune(device: Disk, domain: Domain) -> Iterator[Error]:
    from vsh.xml.domain.devices.disk import IOTUNES

    tune = device.iotune
    if tune is None:
        return
    values = {name: getattr(tune, name) for name in IOTUNES if name != "group_name"}
    group = tune.group_name
    if group and not any(values.values()):
        yield ConfigUnsupported("group_name can be configured only together with settings")
    if device.bus == "sd" and any(values.values()):
        yield ConfigUnsupported("<iotune> is not supported with bus='sd'")
    for other in domain.disks if group else ():
        theirs = other.iotune
        if other.target == device.target or theirs is None or theirs.group_name != group:
            continue
        if any((getattr(theirs, name) or 0) != (value or 0) for name, value in values.items()):
            yield ConfigUnsupported(
                f"different iotunes for disks {device.target} and {other.target}"
            )
    if any((value or 0) > _TUNE_MOST for name, value in values.items() if "length" not in name):
        yield ArgumentUnsupported(
            f"block I/O throttle limit must be no more than {_TUNE_MOST} using QEMU"
        )


def _filters(device: Disk) -> Iterator[Error]:
    """Groups of limits that a disk is under."""
    if not device.throttle_filters:
        return
    if device.device == "cdrom":
        yield OperationUnsupported("cdrom device with throttle filters isn't supported")
    if device.iotune is not None:
        yield OperationUnsupported(
            f"block 'throttlefilters' can't be used together with 'iotune' for disk "
            f"'{device.target}'"
        )


def _transient(device: Disk) -> Iterator[Error]:
    """Changes that are thrown away when the guest ends."""
    if not device.transient:
        return
    target = device.target
    if device.empty():
        yield ConfigUnsupported(f"transient disk '{target}' must not be empty")
    elif device.readonly:
        yield ConfigUnsupported(f"transient disk '{target}' must not be read-only")
    elif device.type != "file":
        yield ConfigUnsupported(f"transient disk supported only with 'file' type ({target})")
    elif device.device != "disk":
        yield ConfigUnsupported(f"transient disk supported only with 'disk' device ({target})")
    elif device.share_backing and device.bus not in _SHARED_IMAGE:
        yield ConfigUnsupported(
            f"disk bus '{device.bus}' doesn't support transiend disk backing image sharing"
        )


def _whole(device: Disk) -> Iterator[Error]:
    if device.shareable and not device.readonly and device.driver_type not in (None, "raw"):
        yield ConfigUnsupported(
            f"shared access for disk '{device.target}' requires use of supported storage format"
        )
    if device.driver_name not in (None, "qemu"):
        yield ConfigUnsupported(
            f"unsupported driver name '{device.driver_name}' for disk '{device.target}'"
        )


def _queues(device: Disk, *, modern: bool) -> Iterator[Error]:
    if device.bus == "virtio":
        return
    text = "queues attribute in disk driver element is only supported "
    if device.queues:
        yield ConfigUnsupported(text + ("for virtio bus" if modern else "by virtio-blk"))
    if device.queue_size and modern:
        yield ConfigUnsupported(
            "queue_size attribute in disk driver is only supported for virtio bus"
        )


def check_filesystem(device: FileSystem, domain: Domain, emulator: Emulator) -> Iterator[Error]:
    """The problems of one folder that is shared with the guest."""
    kind = device.driver_type
    if device.type != "mount":
        yield ConfigUnsupported("only supports mount filesystem type")
    if domain.newest and (device.space_hard_limit or device.space_soft_limit):
        yield ConfigUnsupported("filesystem usage limits are not supported with QEMU")
    modes = device.fmode or device.dmode
    if modes and device.accessmode != "mapped":
        yield ConfigUnsupported("fmode and dmode must be used with accessmode=mapped")
    if device.sandbox and kind != "virtiofs":
        yield ConfigUnsupported("sandbox can only be used with driver=virtiofs")
    if kind == "handle" and device.accessmode not in (None, "passthrough"):
        yield ConfigUnsupported("only supports passthrough accessmode")
    elif kind in ("loop", "nbd", "ploop") or (kind == "handle" and domain.newest):
        yield ConfigUnsupported("Filesystem driver type not supported")
    elif kind == "mtp" and device.accessmode not in (None, "passthrough"):
        yield ConfigUnsupported("mtp only supports passthrough accessmode")
    elif kind == "virtiofs":
        yield from _virtiofs(device, domain)
        elsewhere = device.address is not None and device.address.type != "pci"
        if domain.newest and device.boot_order and elsewhere:
            yield ConfigUnsupported("setting virtiofs boot order is supported only with PCI bus")


def _virtiofs(device: FileSystem, domain: Domain) -> Iterator[Error]:
    if not device.source_socket:
        if device.readonly and not domain.newest:
            yield ConfigUnsupported("virtiofs does not yet support read-only mode")
        if device.accessmode not in (None, "passthrough"):
            yield ConfigUnsupported("virtiofs only supports passthrough accessmode")
        if device.wrpolicy:
            yield ConfigUnsupported("virtiofs does not support wrpolicy")
    if device.model:
        yield ConfigUnsupported("virtiofs does not support model")
    if device.driver_format:
        yield ConfigUnsupported("virtiofs does not support format")
    if device.multidevs:
        yield ConfigUnsupported("virtiofs does not support multidevs")
    yield from check_shared(domain, "virtiofs")
