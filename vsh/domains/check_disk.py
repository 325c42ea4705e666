"""What libvirt checks in each disk of a complete domain."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, Error, InternalError, NoSource, NoTarget, XmlError
from vsh.xml.domain.devices._info import VIRTIO_MODELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.engine.element import Element
    from vsh.xml.shared.encryption import Auth, Encryption
    from vsh.xml.shared.image import Label, Source

    Layer = tuple[str | None, Source | None, str | None, Auth | None, Encryption | None]

_VIRTIO = (
    ("iommu", "iommu driver option is only supported for virtio devices"),
    ("ats", "ats driver option is only supported for virtio devices"),
    ("packed", "packed driver option is only supported for virtio devices"),
    ("page_per_vq", "page_per_vq option is only supported for virtio devices"),
)


NOWHERE = "missing target information for device"


def check_virtio(device: Element) -> Iterable[Error]:
    """Options that only virtio devices have, on one that is none."""
    for name, text in _VIRTIO:
        if getattr(device, name) is not None:
            yield ConfigUnsupported(text)


def _chain(disk: Disk) -> Iterable[Layer]:
    """A disk's sources with their formats, from the top down."""
    source, encryption = disk.source, disk.encryption
    yield disk.type, source, disk.driver_type, disk.auth, encryption
    below = disk.backing_store
    while below is not None and below.type is not None:
        yield below.type, below.source, below.format_type, None, None
        below = below.backing_store


def check_chain(disk: Disk, *, sheepdog: bool = False) -> Iterable[Error]:
    """What is wrong with where a disk's data is.

    sheepdog  whether that protocol is still known
    """
    for kind, source, image, auth, encryption in _chain(disk):
        if source is None:
            continue
        auth = auth or source.auth
        encryption = encryption or source.encryption
        if kind == "network" and source.protocol == "sheepdog" and not sheepdog:
            yield ConfigUnsupported(
                "'sheepdog' protocol is no longer supported by any hypervisor driver"
            )
        if kind == "network" and auth is not None:
            yield from _auth(source.protocol, auth)
        if encryption is not None and encryption.scheme == "luks" and encryption.cipher is not None:
            yield ConfigUnsupported("supplying <cipher> for domain disk definition is unnecessary")
        store = source.data_store
        if store is not None:
            if image != "qcow2":
                yield ConfigUnsupported("<dataStore> feature available only with qcow2 images")
            elif store.format_type != "raw":
                yield ConfigUnsupported("only 'raw' images supported as <dataStore>")
            elif store.source is not None and store.source.data_store is not None:
                yield XmlError(
                    "The <source> of <dataStore> can't have another nested <dataStore> or "
                    "<backingStore> element"
                )
            elif store.source is not None and store.source.slices:
                yield XmlError("slices are not supported for <dataStore>")


def _auth(protocol: str | None, auth: Auth) -> Iterable[Error]:
    if protocol in ("sheepdog", "gluster", "tftp", "vxhs", "nfs", "nbd"):
        yield ConfigUnsupported(f"authentication is not supported for protocol '{protocol}'")
        return
    kind = auth.secret.type if auth.secret is not None else None
    if kind not in ("volume", "ceph", "iscsi", "tls", "vtpm"):
        yield ConfigUnsupported(f"unknown secret type '{'<null>' if kind is None else kind}'")
    elif (protocol == "iscsi" and kind != "iscsi") or (protocol == "rbd" and kind != "ceph"):
        yield ConfigUnsupported(f"invalid secret type '{kind}'")


def _lun(disk: Disk) -> Iterable[Error]:
    source = disk.source
    if disk.type == "network" and source is not None:
        if source.protocol != "iscsi":
            yield ConfigUnsupported(
                f"disk device='lun' is not supported for protocol='{source.protocol}'"
            )
    elif disk.type not in ("block", "volume"):
        yield ConfigUnsupported("disk device='lun' is only valid for block type disk source")
    if disk.driver_type not in (None, "raw"):
        yield ConfigUnsupported("disk device 'lun' must use 'raw' format")
    if source is not None and source.slices:
        yield ConfigUnsupported("disk device 'lun' doesn't support storage slice")
    encryption = disk.encryption or (source.encryption if source is not None else None)
    if encryption is not None and encryption.scheme != "default":
        yield ConfigUnsupported("disk device 'lun' doesn't support encryption")


def check_tune(tune: object) -> Iterable[Error]:
    """Limits that exclude each other."""
    for end in ("", "_max"):
        for what in ("bytes_sec", "iops_sec"):
            total, read, write = (
                getattr(tune, f"{part}_{what}{end}") for part in ("total", "read", "write")
            )
            if total and (read or write):
                yield XmlError(f"total and read/write {what}{end} cannot be set at the same time")


def check_disk(disk: Disk, domain: Domain) -> Iterable[Error]:
    """The problems of one disk."""
    source = disk.source
    if disk.target is None:
        path = source.path if source is not None and disk.type != "vhostvdpa" else None
        if source is not None and not domain.newest:  # older libvirt tells the last part alone
            if disk.type == "volume":
                path = None
            elif source.protocol in ("rbd", "gluster"):
                path = (source.name or "").partition("/")[2]
        elif source is not None and disk.type == "volume":
            names = (source.pool or "(null)", source.volume or "(null)")
            path = "pool = '{}', volume = '{}'".format(*names)
        yield NoTarget(path) if path else NoTarget.whole(NOWHERE)
        return
    yield from check_chain(disk, sheepdog=not domain.newest)
    if disk.sgio == "unfiltered":
        yield ConfigUnsupported("unfiltered sgio is no longer supported")
    if disk.device == "lun":
        yield from _lun(disk)
    else:
        if source is not None and source.reservations is not None:
            yield ConfigUnsupported("<reservations/> allowed only for lun devices")
        if disk.rawio is not None:
            yield ConfigUnsupported("rawio can be used only with device='lun'")
        if disk.sgio is not None:
            yield ConfigUnsupported("sgio can be used only with device='lun'")
    if disk.iotune is not None:
        yield from check_tune(disk.iotune)
    yield from _disk_bus(disk)
    if disk.type == "nvme" and source is not None and not source.namespace:
        yield ConfigUnsupported("NVMe namespace can't be zero")
    if disk.type == "vhostuser":
        yield from _vhostuser(disk)
    yield from _labels(disk, domain)
    yield from _disk_words(disk)
    yield from _disk_names(disk)
    yield from _disk_rest(disk, domain)


def _disk_bus(disk: Disk) -> Iterable[Error]:
    address = disk.address
    if (
        address is not None
        and disk.bus in ("ide", "fdc", "scsi", "sata", "nvme")
        and address.type != "drive"
    ):
        yield ConfigUnsupported(
            f"Invalid address type '{address.type}' for the disk '{disk.target}' with the bus "
            f"type '{disk.bus}'"
        )
    if disk.bus == "virtio":
        return
    if disk.model in VIRTIO_MODELS:
        yield ConfigUnsupported(f"disk model '{disk.model}' not supported for bus '{disk.bus}'")
    if disk.event_idx is not None:
        yield ConfigUnsupported("disk event_idx mode supported only for virtio bus")
    if disk.ioeventfd is not None:
        yield ConfigUnsupported("disk ioeventfd mode supported only for virtio bus")
    yield from check_virtio(disk)


def _vhostuser(disk: Disk) -> Iterable[Error]:
    if disk.bus != "virtio":
        yield ConfigUnsupported("vhostuser disk supports only virtio bus")
    if disk.snapshot != "no":
        yield ConfigUnsupported("only snapshot=no is supported with vhostuser disk")
    source = disk.source
    for name, word in (
        ("cache", "cache"),
        ("error_policy", "error_policy"),
        ("rerror_policy", "error_policy"),
        ("io", "io"),
        ("ioeventfd", "ioeventfd"),
        ("copy_on_read", "copy_on_read"),
        ("discard", "discard"),
        ("iothread", "iothread"),
        ("detect_zeroes", "detect_zeroes"),
        ("metadata_cache", "metadata_cache"),
        ("iotune", "iotune"),
        ("backing_store", "backingStore"),
        ("encryption", "encryption"),
        ("readonly", "readonly"),
        ("shareable", "shareable"),
        ("transient", "transient"),
        ("serial", "serial"),
        ("wwn", "wwn"),
        ("vendor", "vendor"),
        ("product", "product"),
        ("auth", "auth"),
        ("cyls", "geometry"),
        ("logical_block_size", "blockio"),
        ("physical_block_size", "blockio"),
        ("discard_granularity", "blockio"),
    ):
        here = getattr(disk, name)
        given = here is not None if name in ("ioeventfd", "copy_on_read") else here
        if given or (
            source is not None and name in ("encryption", "auth") and getattr(source, name)
        ):
            yield ConfigUnsupported(f"{word} is not supported with vhostuser disk")


def check_labels(labels: list[Label], domain: Domain) -> Iterable[Error]:
    """Labels of a device that the domain's own labels do not allow."""
    for label in labels:
        for own in domain.seclabels:
            if own.model == label.model and label.relabel and not own.relabel:
                yield ConfigUnsupported(
                    "label overrides require relabeling to be enabled at the domain level"
                )
                return


def _labels(disk: Disk, domain: Domain) -> Iterable[Error]:
    for _, source, *_ in _chain(disk):
        if source is not None:
            yield from check_labels(source.seclabels, domain)


def _disk_words(disk: Disk) -> Iterable[Error]:
    if disk.tray == "open" and disk.device not in ("floppy", "cdrom"):
        yield ConfigUnsupported("tray is only valid for cdrom and floppy")
    for name, limit in (("vendor", 8), ("product", 16 if disk.bus == "scsi" else 40)):
        text = getattr(disk, name)
        if text is None:
            continue
        if not text.isprintable() or not text.isascii():
            yield XmlError(f"disk {name} is not printable string")
        elif len(text) > limit:
            yield ConfigUnsupported(f"disk {name} is more than {limit} characters")
    if disk.device == "floppy" and disk.bus != "fdc":
        yield InternalError(f"Invalid bus type '{disk.bus}' for floppy disk")
    if disk.device != "floppy" and disk.bus == "fdc":
        yield InternalError(f"Invalid bus type '{disk.bus}' for disk")
    if (
        disk.removable is not None
        and disk.bus != "usb"
        and not (disk.bus == "scsi" and disk.device == "disk")
    ):
        yield XmlError("removable is only valid for usb or scsi disks")
    if disk.dpofua is not None and disk.bus != "scsi":
        yield ConfigUnsupported("'dpofua' option is available only for SCSI disks")
    policy = disk.source.startup_policy if disk.source is not None else None
    if policy is not None:
        if disk.type not in ("volume", "file", "block", "dir"):
            yield XmlError(
                f"disk startupPolicy '{policy}' is not allowed for disk of '{disk.type}' type"
            )
        elif disk.device not in ("cdrom", "floppy") and policy == "requisite":
            yield XmlError("disk startupPolicy 'requisite' is allowed only for cdrom or floppy")


def _disk_names(disk: Disk) -> Iterable[Error]:
    if disk.wwn is not None:
        digits = disk.wwn.removeprefix("0x")
        if len(digits) != 16 or any(c not in "0123456789abcdefABCDEF" for c in digits):
            yield InternalError(f"Malformed wwn: {disk.wwn}")
    if disk.device in ("disk", "lun") and not (disk.target or "").startswith(
        ("hd", "sd", "vd", "xvd", "ubd", "nvme")
    ):
        yield InternalError(f"Invalid harddisk device name: {disk.target}")
    if disk.device == "floppy" and not (disk.target or "").startswith("fd"):
        yield InternalError(f"Invalid floppy device name: {disk.target}")
    if disk.device == "disk" and disk.type != "volume" and disk.empty():
        yield NoSource(disk.target or "")


def _disk_rest(disk: Disk, domain: Domain) -> Iterable[Error]:
    if disk.discard_no_unref:
        if disk.driver_type != "qcow2":
            yield ConfigUnsupported("'discard_no_unref' only works with qcow2 disk format")
        elif disk.readonly:
            yield ConfigUnsupported("'discard_no_unref' is not compatible with read-only disk")
    if disk.iothread and disk.iothreads:
        yield XmlError(
            "disk driver 'iothread' attribute can't be used together with 'iothreads' subelement"
        )
    groups = [group.group_name for group in domain.throttle_groups]
    for wanted in disk.throttle_filters:
        if wanted.group not in groups:
            yield XmlError(f"throttle group '{wanted.group}' not found")
