"""Disks: the nodes under them, and the device that the guest sees."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, InvalidArgument
from vsh.hypervisors.qemu.argv.address import address_of
from vsh.hypervisors.qemu.argv.aliases import device_of, is_bulk_only
from vsh.hypervisors.qemu.argv.backend import Backend
from vsh.hypervisors.qemu.argv.block import CACHES, add_files, add_layer
from vsh.hypervisors.qemu.argv.boot import has_flash
from vsh.hypervisors.qemu.argv.chardev import add_chardev
from vsh.hypervisors.qemu.argv.layer import Layer, Treatment, detection, images_below
from vsh.hypervisors.qemu.argv.line import number
from vsh.hypervisors.qemu.argv.properties import nonzero, on_off
from vsh.hypervisors.qemu.argv.throttle import add_filters, number_filters
from vsh.hypervisors.qemu.argv.virtio import loadparm, mapping, virtio
from vsh.hypervisors.qemu.argv.volume import translated
from vsh.hypervisors.qemu.machine import is_q35

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.argv.properties import Properties
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.shared.image import BackingStore


_IDE = ("ide", "sata")


def prepare_disks(line: Line) -> dict[int, list[Layer]]:
    """The chains of all disks, top first; libvirt numbers the last disk's nodes first.

    What was found below images is numbered after all that documents give.
    """
    chains = {}
    for disk in reversed(line.domain.disks):
        line.skip_nodes(line.host.left_out(disk))
        if disk.type != "vhostuser" and disk.bus != "sd":
            chains[id(disk)] = chain(line, disk)
            if not chains[id(disk)]:
                line.host.emptied(line.domain, disk, line.node())
    line.skip_nodes(line.host.left_out(None))
    for disk in reversed(line.domain.disks):
        if chains.get(id(disk)):
            chains[id(disk)] += found_below(line, disk)
    return chains


def add_disks(line: Line, chains: dict[int, list[Layer]]) -> None:
    """All disks; one that shares its image for a while is plugged in later."""
    _floppies(line)
    for disk in line.domain.disks:
        if not (disk.transient and disk.share_backing):
            add_disk(line, disk, chains.get(id(disk), []))


def settle_cache(disk: Disk) -> None:
    """Writes to a shared disk are not cached, unless it says how."""
    if disk.cache in (None, "default") and disk.shareable and not disk.readonly:
        disk.cache = "none"


def cache_mode(disk: Disk) -> str | None:
    """How writes are cached."""
    return None if disk.cache == "default" else disk.cache


def chain(line: Line, disk: Disk) -> list[Layer]:
    """The layers of a disk, top first; none for an empty drive."""
    if disk.source is None or disk.empty():
        return []
    whole = Treatment(cache_mode(disk), disk.io, disk.discard, disk.device == "floppy")
    kind, source, auth = str(disk.type), disk.source, disk.auth
    if kind == "volume":
        kind, source, auth = translated(line, source)
    format = disk.driver_type or ("fat" if kind == "dir" else "raw")
    top = Layer(line, kind, source, format, whole, readonly=_readonly(disk))
    top.detect_zeroes = detection(disk.detect_zeroes, disk.discard)
    top.cdrom = disk.device == "cdrom"
    top.metadata_cache = disk.metadata_cache
    top.whole_clusters = disk.discard_no_unref
    top.auth = auth or top.auth
    top.encryption = disk.encryption or top.encryption
    line.host.numbered(disk.source, top.number)
    given = (below for below in images_below(disk) if not below.found)
    layers = [top, *(_below(line, below, whole) for below in given)]
    number_filters(line, disk)
    return layers


def found_below(line: Line, disk: Disk) -> list[Layer]:
    """The layers of a disk that were found below its images."""
    whole = Treatment(cache_mode(disk), disk.io, disk.discard, disk.device == "floppy")
    return [_below(line, below, whole) for below in images_below(disk) if below.found]


def _below(line: Line, below: BackingStore, whole: Treatment) -> Layer:
    assert below.source is not None
    kind, source, auth = str(below.type), below.source, None
    if kind == "volume":
        kind, source, auth = translated(line, source)
    layer = Layer(line, kind, source, below.format_type, whole, readonly=True)
    layer.auth = auth or layer.auth
    layer.metadata_cache = below.format_cache
    line.host.numbered(below, layer.number)
    return layer


def _readonly(disk: Disk) -> bool:
    return bool(disk.readonly) or disk.device == "cdrom"


def _end(disk: Disk) -> BackingStore | None:
    """The last <backingStore>: an empty one says that there is no more."""
    below: BackingStore | None = disk.backing_store
    while below is not None and below.source is not None and below.type is not None:
        below = below.backing_store
    return below


def add_disk(line: Line, disk: Disk, layers: list[Layer]) -> None:
    """One disk."""
    if disk.bus == "sd":
        from vsh.hypervisors.qemu.argv.sd_card import add_card

        add_card(line, disk)
        return
    if disk.type == "vhostuser":
        _vhost_user(line, disk)
    below = None
    add_files(line, layers)
    for layer in reversed(layers):
        add_layer(line, layer, below, ended=below is None and _end(disk) is not None)
        below = layer
    top = ""
    if layers:
        top = layers[0].node
        if disk.copy_on_read:
            top, below_top = f"libvirt-CoR-{disk.target}", top
            line.json("-blockdev", {
                "driver": "copy-on-read", "node-name": top, "file": below_top, "discard": "unmap",
            })  # fmt: skip
        top = add_filters(line, disk, top)
    line.zpci(disk)
    if is_bulk_only(disk):
        line.device({
            "driver": "usb-bot", "id": line.alias(disk), "serial": disk.serial,
            **address_of(line, disk),
        })  # fmt: skip
    line.device(disk_device(line, disk, top))


def _vhost_user(line: Line, disk: Disk) -> None:
    from vsh.xml.domain.devices.chardev import CharSource
    from vsh.xml.shared.image import Reconnect

    source = disk.source
    if source is None:
        return
    reconnect = None
    if source.reconnect_enabled is not None:
        reconnect = Reconnect(enabled=source.reconnect_enabled, timeout=source.reconnect_timeout)
    backend = CharSource(path=source.path_attribute, mode="connect", reconnect=reconnect)
    add_chardev(line, Backend("unix", f"chr-vu-{line.alias(disk)}", [backend], passed=False))


def disk_device(line: Line, disk: Disk, top: str) -> Properties:
    """The device that the guest sees; ``top`` is the node that it has, "" for an empty drive."""
    alias = line.alias(disk)
    found: Properties = _driver(line, disk)
    found |= _inside(alias) if is_bulk_only(disk) else address_of(line, disk)
    drive = chardev = None
    if disk.type == "vhostuser":
        chardev = f"chr-vu-{alias}"
    elif top:
        drive = top
    mode = cache_mode(disk)
    write_cache = None
    if mode is not None and disk.device != "lun":
        write_cache = on_off(CACHES[mode][0])
    wwn = None
    if disk.wwn is not None:
        try:
            wwn = int(disk.wwn, 16)
        except ValueError:
            raise InvalidArgument(f"Failed to parse wwn '{disk.wwn}' as number") from None
    on_write, on_read = _policies(disk)
    found |= {
        "device_id": _page(line, disk),
        "share-rw": True if disk.shareable else None,
        "drive": drive,
        "chardev": chardev,
        "id": device_of(disk, alias),
        "bootindex": line.boot.get(id(disk)) if disk.device != "floppy" else None,
        "loadparm": loadparm(line, disk),
        "logical_block_size": nonzero(disk.logical_block_size),
        "physical_block_size": nonzero(disk.physical_block_size),
        "discard_granularity": nonzero(disk.discard_granularity),
        "wwn": wwn,
        "rotation_rate": nonzero(disk.rotation_rate),
        "vendor": disk.vendor,
        "model" if disk.bus in _IDE else "product": disk.product,
        "removable": _removable(line, disk),
        "write-cache": write_cache,
        "cyls": nonzero(disk.cyls),
        "heads": nonzero(disk.heads),
        "secs": nonzero(disk.secs),
        "bios-chs-trans": disk.trans,
        "serial": _serial(disk),
        "werror": on_write,
        "rerror": on_read,
        "dpofua": disk.dpofua,
        "stats-intervals": [each.interval for each in disk.statistics] or None,
    }
    if line.domain.newest:  # the last of all, though it stood among the sizes of blocks before
        found["discard_granularity"] = found.pop("discard_granularity")
    if disk.device == "lun" and disk.source is not None and disk.source.reservations is not None:
        found["migrate-pr"] = disk.source.reservations.migration
    return found


def _removable(line: Line, disk: Disk) -> bool | None:
    if disk.bus == "scsi" or disk.model == "usb-bot":
        return disk.removable
    if disk.bus == "usb" and line.can.has_property("usb-storage", "removable"):
        return bool(disk.removable)
    return None


def _inside(alias: str) -> Properties:
    return {"bus": f"{alias}.0", "scsi-id": 0, "lun": 0}


def _serial(disk: Disk) -> str | None:
    """The serial number of a disk; namespaces of NVMe have their controller's."""
    if disk.serial is None or disk.bus == "nvme":
        return None
    return disk.serial.replace(" ", "\\ ")


def _policies(disk: Disk) -> tuple[str | None, str | None]:
    write, read = disk.error_policy, disk.rerror_policy
    if write == "enospace":
        return "enospc", read
    return write, read or write


def _page(line: Line, disk: Disk) -> str | None:
    """The name that a SCSI disk gives in its page of product data."""
    if disk.bus != "scsi" or disk.device == "lun":
        return None
    return disk.serial or f"drive-{line.alias(disk)}"


def _driver(line: Line, disk: Disk) -> Properties:
    bus, device = disk.bus, disk.device
    if bus in _IDE:
        return {"driver": "ide-cd" if device == "cdrom" else "ide-hd"}
    if bus == "scsi":
        words = {"lun": "scsi-block", "cdrom": "scsi-cd"}
        return {"driver": words.get(str(device), "scsi-hd")}
    if bus == "virtio":
        return _virtio(line, disk)
    if is_bulk_only(disk):
        return {"driver": "scsi-cd" if device == "cdrom" else "scsi-hd"}
    if bus == "usb":
        return {"driver": "usb-storage"}
    if bus == "fdc":
        return {"driver": "floppy"}
    if bus == "nvme":
        return {"driver": "nvme-ns"}
    raise InternalError(f"unsupported disk bus '{bus}' with device setup")


def _virtio(line: Line, disk: Disk) -> Properties:
    user = disk.type == "vhostuser"
    scsi = None
    if not user and line.can.has_property("virtio-blk-pci", "scsi"):
        if disk.device == "lun":
            scsi = True
        elif line.can.default_of("virtio-blk-pci", "scsi") is not False:
            scsi = False
    return {
        **virtio(line, disk, "vhost-user-blk" if user else "virtio-blk"),
        "iothread": f"iothread{disk.iothread}" if disk.iothread else None,
        "ioeventfd": disk.ioeventfd,
        "event_idx": disk.event_idx,
        "scsi": scsi,
        "num-queues": nonzero(disk.queues),
        "queue-size": nonzero(disk.queue_size),
        "iothread-vq-mapping": mapping(disk.iothreads),
    }


def _floppies(line: Line) -> None:
    """The controller of the floppy drives says which of them boots."""
    places: dict[int, int] = {}
    drives = [disk for disk in line.domain.disks if disk.bus == "fdc"]
    for disk in drives:
        unit = number(disk.address.unit) if disk.address is not None else 0
        places[min(unit, 1)] = line.boot.get(id(disk), 0)
    if not drives:
        return
    if is_q35(line.domain):
        line.device({
            "driver": "isa-fdc", "bootindexA": nonzero(places.get(0)),
            "bootindexB": nonzero(places.get(1)),
        })  # fmt: skip
        return
    for unit, letter in ((0, "A"), (1, "B")):
        if places.get(unit):
            line.add("-global", f"isa-fdc.bootindex{letter}={places[unit]}")


def add_flash(line: Line) -> None:
    """Firmware in flash memory, and its variables."""
    from vsh.xml.shared.image import Source

    os = line.domain.os
    if not has_flash(line.domain):
        return
    readonly = bool(os.loader_readonly)
    source = Source(file=os.loader)
    loader = Layer(
        line, "file", source, os.loader_format or "raw", readonly=readonly, name="libvirt-pflash0",
        layered=True,
    )  # fmt: skip
    add_layer(line, loader, None, ended=line.domain.newest)
    line.flash = [loader.node]
    nvram = os.nvram
    if nvram is None:
        return
    kind = nvram.type or "file"
    variables = nvram.source if nvram.source is not None else Source(file=nvram.path)
    if kind not in ("file", "block", "network"):
        raise ConfigUnsupported(f"unsupported nvram disk type '{kind}'")
    layer = Layer(
        line, kind, variables, nvram.format or "raw", readonly=False, name="libvirt-pflash1"
    )
    add_layer(line, layer, None, ended=line.domain.newest)
    line.flash.append(layer.node)
