"""The parts of a domain that only xl's configuration has, written."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, NoSupport
from vsh.hypervisors.devices import own_arguments, source_path
from vsh.hypervisors.xen.defaults import NAMESPACE
from vsh.hypervisors.xen.write import boot_letters
from vsh.hypervisors.xen.xl_features import to_xl

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from vsh.hypervisors.conf import Conf, Value
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.chardev import Channel
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.graphics import Graphics

_FORMATS = {"vhd": "xvhd", "qcow": "qcow", "qcow2": "qcow2", "qed": "qed"}
_BACKENDS = {"qemu": "qdisk", "file": "qdisk", "tap": "tap", "phy": "phy"}
_POLICIES = {"force": "1", "require": "1", "optional": "x", "disable": "0", "forbid": "0"}
_NESTED = ("vmx", "svm")


def write_xl(conf: Conf, domain: Domain) -> None:
    """Add what xl's configuration has beyond the common parts, in libvirt's order."""
    _os(conf, domain)
    _cpuid(conf, domain)
    _numa(conf, domain)
    for controller in domain.controllers:
        if controller.type == "xenbus":
            for name in ("max_event_channels", "max_grant_frames"):
                if getattr(controller, name):
                    conf.set(name, getattr(controller, name))
    _list(conf, "disk", [_disk(disk) for disk in domain.disks if disk.device != "floppy"])
    if domain.os.type == "hvm":
        if domain.graphics and domain.graphics[0].type == "spice":
            _spice(conf, domain.graphics[0])
        _inputs(conf, domain)
    _usb(conf, domain)
    _list(conf, "channel", [_channel(c) for c in domain.channels if c.target_type == "xen"])
    _list(conf, "device_model_args", own_arguments(domain, NAMESPACE))


def _list(conf: Conf, name: str, values: Sequence[Value]) -> None:
    if values:
        conf.set(name, values)


def _os(conf: Conf, domain: Domain) -> None:
    os = domain.os
    if os.type == "hvm":
        conf.set("builder", "hvm")
        if os.loader_type == "pflash" and os.loader_readonly:
            conf.set("bios", "ovmf")
            if os.loader:
                conf.set("bios_path_override", os.loader)
        if os.acpi_tables:
            conf.set("acpi_firmware", os.acpi_tables[0].path or "")
    else:
        if os.type == "xenpvh":
            conf.set("type", "pvh")
        for name, value in (
            ("bootloader", domain.bootloader), ("bootargs", domain.bootloader_args),
        ):  # fmt: skip
            if value:
                conf.set(name, value)
    for name, value in (("kernel", os.kernel), ("ramdisk", os.initrd), ("cmdline", os.cmdline)):
        if value:
            conf.set(name, value)
    if os.type != "hvm":
        return
    conf.set("boot", boot_letters(domain))
    cpu = domain.cpu
    if cpu is not None and cpu.mode == "host-passthrough":
        without = [f for f in cpu.features if f.policy in ("disable", "forbid")]
        conf.set("nestedhvm", int(not any(feature.name in _NESTED for feature in without)))


def _cpuid(conf: Conf, domain: Domain) -> None:
    cpu = domain.cpu
    if cpu is None or cpu.mode != "host-passthrough":
        return
    pairs = [
        f"{to_xl(feature.name or '')}={_POLICIES[feature.policy]}"
        for feature in cpu.features
        if to_xl(feature.name or "") not in _NESTED
    ]
    if pairs:
        conf.set("cpuid", ",".join(["host", *pairs]))


def _numa(conf: Conf, domain: Domain) -> None:
    if domain.cpu is None or domain.cpu.numa is None:
        return
    cells = domain.cpu.numa.cells
    nodes = []
    for cell in cells:
        if not cell.cpus:
            raise InternalError(f"NUMA cell {cell.id} has no CPUs")
        far = {sibling.id: sibling.value for sibling in cell.distances}
        distances = [far.get(o.id) or (10 if o.id == cell.id else 20) for o in cells]
        nodes.append([
            f"pnode={cell.id}",
            f"size={(cell.memory or 0) // 1024}",
            f"vcpus={cell.cpus}",
            f"vdistances={','.join(map(str, distances))}",
        ])  # fmt: skip
    _list(conf, "vnuma", nodes)


def _disk(disk: Disk) -> str:
    writable = "!" if disk.shareable else "rw"
    access = "ro" if disk.readonly else writable
    parts = [
        f"format={_FORMATS.get(disk.driver_type or '', 'raw')}", f"vdev={disk.target}",
        f"access={access}",
    ]  # fmt: skip
    if disk.transient:
        raise ConfigUnsupported("transient disks not supported yet")
    if disk.driver_name is not None:
        parts.append(f"backendtype={_BACKENDS.get(disk.driver_name, '')}")
    if disk.device == "cdrom":
        parts.append("devtype=cdrom")
    target = _target(disk)
    if target is not None:
        parts.append(f"target={target}")
    return ",".join(parts)


def _target(disk: Disk) -> str | None:
    if disk.empty():
        return None
    if disk.type in ("file", "block", "dir"):
        return source_path(disk)
    if disk.type != "network":
        raise InternalError("unsupported storage type for this code path")
    source = disk.source
    if source is None or source.protocol != "rbd":
        protocol = source.protocol if source is not None else None
        raise NoSupport(f"Unsupported network block protocol '{protocol}'")
    image = (source.name or "").partition("/")[2]
    if ":" in image:
        raise ConfigUnsupported(f"':' not allowed in RBD source volume name '{image}'")
    text = f"rbd:{source.name}:auth_supported=none"
    hosts = []
    for host in source.hosts:
        name = host.name or ""
        if ":" in name:
            name = "[" + name.replace("\\", "\\\\").replace(":", "\\:") + "]"
        hosts.append(f"{name}\\\\:{host.port}" if host.port else name)
    separator = "\\\\;"
    return f"{text}:mon_host={separator.join(hosts)}" if hosts else text


def _spice(conf: Conf, graphics: Graphics) -> None:
    conf.set("sdl", 0)
    conf.set("vnc", 0)
    conf.set("spice", 1)
    if graphics.listens and graphics.listens[0].address:
        conf.set("spicehost", graphics.listens[0].address)
    conf.set("spiceport", graphics.port or 0)
    conf.set("spicetls_port", graphics.tls_port or 0)
    conf.set("spicedisable_ticketing", int(graphics.passwd is None))
    if graphics.passwd is not None:
        conf.set("spicepasswd", graphics.passwd)
    if graphics.mouse is not None:
        conf.set("spiceagent_mouse", int(graphics.mouse == "client"))
        if graphics.mouse == "client":
            conf.set("spicevdagent", 1)
    if graphics.clipboard:
        conf.set("spice_clipboard_sharing", 1)
        conf.set("spicevdagent", 1)


def _inputs(conf: Conf, domain: Domain) -> None:
    devices = [device for device in domain.inputs if device.bus == "usb"]
    if devices:
        conf.set("usb", 1)
    words = [d.type for d in devices if d.type in ("mouse", "tablet", "keyboard")]
    if words:
        conf.set("usbdevice", words[0] if len(words) == 1 else words)


def _usb(conf: Conf, domain: Domain) -> None:
    devices = []
    for device in domain.hostdevs:
        if device.mode == "subsystem" and device.type == "usb":
            address = device.source.address
            bus = int(str(address.bus or 0), 0) if address is not None else 0
            number = int(str(address.device or 0), 0) if address is not None else 0
            devices.append(f"hostbus={bus:x},hostaddr={number:x}")
    _list(conf, "usbdev", devices)
    controllers = []
    for controller in domain.controllers:
        if controller.type != "usb":
            continue
        if controller.model not in (None, "qusb1", "qusb2"):
            raise ConfigUnsupported(f"Unknown model type '{controller.model}'")
        text = ""
        if controller.model is not None:
            text = f"type=qusb,version={controller.model[-1]},"
        if controller.ports is not None:
            text += f"ports={controller.ports:x}"
        controllers.append(text)
    _list(conf, "usbctrl", controllers)


def _channel(channel: Channel) -> str:
    if channel.type == "pty":
        return f"connection=pty,name={channel.name}"
    if channel.type != "unix":
        raise ConfigUnsupported(f"unsupported chr device type '{channel.type}'")
    path = channel.sources[0].path if channel.sources else None
    return f"connection=socket,{f'path={path},' if path else ''}name={channel.name}"
