"""xen-xm: the configuration of Xen's former tool xm, both ways."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.conf import Conf
from vsh.hypervisors.devices import set_source, source_path
from vsh.hypervisors.xen.defaults import XenDefaults
from vsh.hypervisors.xen.read import boot_devices, read_common
from vsh.hypervisors.xen.values import Values
from vsh.hypervisors.xen.write import boot_letters, write_common
from vsh.xml.engine.flags import SKIP_VALIDATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.disk import Disk

DEFAULTS = XenDefaults


def read(text: str, *, unread: list[str] | None = None) -> Domain:
    """The domain that a configuration describes; ``unread`` gets what was not understood."""
    from vsh.xml.domain.devices.input import Input

    values = Values(Conf.parse(text))
    domain = read_common(values, "netfront")
    if domain.os.type == "hvm":
        domain.os.loader = values.needed("kernel")
        domain.os.boot = boot_devices(values.string("boot", "c") or "")
    else:
        _kernel(domain, values)
    if values.conf.get("disk") is not None:
        entries = values.conf.strings("disk")
        if entries is None:
            raise InternalError("memory conf: expected a string list for 'disk' parameter")
        for entry in entries:
            disk = _disk(entry, full=domain.os.type == "hvm")
            if disk is None:
                values.leave("disk", entry)
            else:
                domain.disks.append(disk)
    if domain.os.type == "hvm":
        device = values.string("usbdevice")
        if device in ("tablet", "mouse", "keyboard"):
            domain.inputs.append(Input(type=device, bus="usb"))
        elif device is not None:
            values.leave("usbdevice", device)
    XenDefaults().complete(domain, flags=SKIP_VALIDATE)
    if unread is not None:
        unread += values.unread()
    return domain


def _kernel(domain: Domain, values: Values) -> None:
    domain.bootloader = values.string("bootloader")
    domain.bootloader_args = values.string("bootargs")
    domain.os.kernel = values.string("kernel")
    domain.os.initrd = values.string("ramdisk")
    domain.os.cmdline = command_line(values)


def command_line(values: Values) -> str | None:
    """The kernel's arguments, which may be in two entries."""
    extra, root = values.string("extra"), values.string("root")
    if root is None:
        return extra
    return f"root={root}" if extra is None else f"root={root} {extra}"


def _disk(entry: str, *, full: bool) -> Disk | None:
    """A disk: ``[driver:[format:]]source,target[:cdrom],mode``; None for what is none."""
    from vsh.xml.domain.devices.disk import Disk

    source, comma, rest = entry.partition(",")
    target, second, mode = rest.removeprefix("ioemu:").partition(",")
    if not comma or not second:
        return None
    disk = Disk(device="disk")
    if ":" in source:
        disk.driver_name, _, source = source.partition(":")
        if disk.driver_name in ("tap", "tap2"):
            kind, colon, path = source.partition(":")
            if not colon:
                return None
            disk.driver_type = _format(kind, source)
            source = path
    disk.driver_name = disk.driver_name or "phy"
    set_source(disk, "block" if disk.driver_name == "phy" else "file", source)
    target, colon, kind = target.partition(":")
    if colon and kind == "cdrom":
        disk.device = "cdrom"
    disk.target = target
    if target.startswith("xvd") or not full:
        disk.bus = "xen"
    else:
        disk.bus = "scsi" if target.startswith("sd") else "ide"
    if mode in ("r", "ro"):
        disk.readonly = True
    elif mode in ("w!", "!"):
        disk.shareable = True
    return disk


def _format(word: str, source: str) -> str:
    from vsh.xml.shared.image import FORMATS

    if word != "aio" and word not in FORMATS:
        raise InternalError(f"Unknown driver type {source}")
    return "raw" if word == "aio" else word


def write(domain: Domain) -> str:
    """The configuration for a domain."""
    conf = write_common(domain, "netfront")
    os = domain.os
    if os.type == "hvm":
        conf.set("builder", "hvm")
        if os.loader:
            conf.set("kernel", os.loader)
        conf.set("boot", boot_letters(domain))
    else:
        for name, value in (
            ("bootloader", domain.bootloader),
            ("bootargs", domain.bootloader_args),
            ("kernel", os.kernel),
            ("ramdisk", os.initrd),
            ("extra", os.cmdline),
        ):
            if value:
                conf.set(name, value)
    disks = [_show(disk) for disk in domain.disks if disk.device != "floppy"]
    if disks:
        conf.set("disk", disks)
    if os.type == "hvm":
        for device in domain.inputs:
            if device.bus == "usb":
                conf.set("usb", 1)
                if device.type in ("mouse", "tablet", "keyboard"):
                    conf.set("usbdevice", device.type)
                    break
    return conf.format()


def _show(disk: Disk) -> str:
    source = source_path(disk)
    text = ""
    if source is not None:
        driver = disk.driver_name
        if disk.driver_type is None:
            words = {"file": "file:", "block": "phy:"}
            if disk.type not in words:
                raise InternalError(f"unsupported disk type {disk.type}")
            text = words[disk.type]
        elif driver is not None:
            text = f"{driver}:"
            if driver in ("tap", "tap2"):
                text += "aio:" if disk.driver_type == "raw" else f"{disk.driver_type}:"
        text += source
    text += f",{disk.target}" + (":cdrom" if disk.device == "cdrom" else "")
    if disk.transient:
        raise ConfigUnsupported("transient disks not supported yet")
    return text + (",r" if disk.readonly else ",!" if disk.shareable else ",w")
