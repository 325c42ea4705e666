"""The parts of a domain that only xl's configuration has."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, ConfSyntax, InternalError
from vsh.hypervisors.conf import whole
from vsh.hypervisors.devices import own_element, set_character, set_source
from vsh.hypervisors.xen.defaults import FIRMWARE, NAMESPACE
from vsh.hypervisors.xen.read import boot_devices
from vsh.hypervisors.xen.xl_features import from_xl
from vsh.xml.engine.text import number
from vsh.xml.engine.values import parse_set, show_set

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.xen.values import Values
    from vsh.xml.domain import Domain
    from vsh.xml.domain.cpu import Cell, Cpu
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.shared.image import Host

_POLICIES = {"1": "force", "0": "disable", "x": "optional", "k": "optional", "s": "optional"}
_BACKENDS = {"tap": ("tap", "file"), "phy": ("phy", "block")}


def read_xl(domain: Domain, values: Values) -> None:
    """Add what xl's configuration has beyond the common parts."""
    from vsh.xml.domain.devices.controller import Controller

    _os(domain, values)
    _numa(domain, values)
    controller = Controller(type="xenbus")
    controller.max_event_channels = values.number("max_event_channels", 0) or None
    controller.max_grant_frames = values.number("max_grant_frames", 0) or None
    domain.controllers.append(controller)
    _cpuid(domain, values)
    _disks(domain, values)
    _spice(domain, values)
    _inputs(domain, values)
    _usb(domain, values)
    _channels(domain, values)
    _arguments(domain, values)


def _os(domain: Domain, values: Values) -> None:
    os = domain.os
    if os.type != "hvm":
        domain.bootloader = values.string("bootloader")
        domain.bootloader_args = values.string("bootargs")
        os.kernel, os.initrd = values.string("kernel"), values.string("ramdisk")
        os.cmdline = _command_line(values)
        return
    path = values.string("bios_path_override")
    if values.string("bios") == "ovmf":
        os.loader = path or f"{FIRMWARE}/ovmf.bin"
        os.loader_type, os.loader_readonly = "pflash", True
    else:
        os.loader = f"{FIRMWARE}/hvmloader"
    table = values.string("acpi_firmware")
    if table is not None:
        from vsh.xml.domain.os import AcpiTable

        os.acpi_tables = [AcpiTable(type="slic", path=table)]
    os.kernel, os.initrd = values.string("kernel"), values.string("ramdisk")
    os.cmdline = _command_line(values)
    os.boot = boot_devices(values.string("boot", "c") or "")
    nested = values.flag("nestedhvm", default=None)
    if nested is not None:
        cpu = _cpu(domain)
        if not nested:
            _feature(cpu, "vmx", "disable")


def _command_line(values: Values) -> str | None:
    from vsh.hypervisors.xen.xm import command_line

    given = values.string("cmdline")
    return command_line(values) if given is None else given


def _cpu(domain: Domain) -> Cpu:
    from vsh.xml.domain.cpu import Cpu

    if domain.cpu is None:
        domain.cpu = Cpu(mode="host-passthrough")
    return domain.cpu


def _feature(cpu: Cpu, name: str, policy: str) -> None:
    from vsh.xml.domain.cpu import CpuFeature

    if any(feature.name == name for feature in cpu.features):
        raise InternalError(f"CPU feature '{name}' specified more than once")
    cpu.features.append(CpuFeature(name=name, policy=policy))


def _numa(domain: Domain, values: Values) -> None:
    from vsh.xml.domain.cpu import Cpu, Numa

    nodes = values.conf.get("vnuma")
    if not isinstance(nodes, list):
        return
    count = 0
    while count < len(nodes) and isinstance(nodes[count], list):
        count += 1
    cells = [_cell(place, node, count) for place, node in enumerate(nodes)]
    vcpus = sum(len(parse_set(cell.cpus or "")) for cell in cells)
    if domain.vcpus < vcpus:
        raise ConfigUnsupported(
            f"vnuma configuration contains {vcpus} vcpus, which is greater than {domain.vcpus} "
            "maxvcpus"
        )
    domain.cpu = Cpu(mode="custom", numa=Numa(cells=cells))


def _cell(place: int, node: object, count: int) -> Cell:
    from vsh.xml.domain.cpu import Cell, Sibling

    cell = Cell(id=place, unit="KiB")
    physical = -1
    for text in node if isinstance(node, list) else ():
        if not isinstance(text, str):
            break
        key, equals, value = text.rpartition("=")
        if not equals:
            raise InternalError(f"vnuma vnode invalid format '{text}'")
        if not value:
            continue
        if key.startswith("pnode"):
            found = whole(value, count - 1)
            if found is None:
                raise ConfigUnsupported(
                    f"vnuma vnode {place} contains invalid pnode value '{value}'"
                )
            physical = found
        elif key.startswith("size"):
            cell.memory = _size(text, value) * 1024
        elif key.startswith("vcpus"):
            cell.cpus = show_set(parse_set(value))
        elif key.startswith("vdistances"):
            distances = value.split(",")
            if len(distances) != count:
                raise ConfigUnsupported(
                    f"vnuma pnode {physical} configured '{text}' (count {len(distances)}) "
                    f"doesn't fit the number of specified vnodes {count}"
                )
            cell.distances = [
                Sibling(id=there, value=_size(text, far)) for there, far in enumerate(distances)
            ]
        else:
            raise ConfSyntax(f"Invalid vnuma configuration for vnode {place}")
    if physical < 0 or cell.cpus is None or not cell.memory:
        raise ConfSyntax(f"Incomplete vnuma configuration for vnode {place}")
    return cell


def _size(text: str, value: str) -> int:
    size = whole(value)
    if size is None:
        raise InternalError(f"vnuma vnode invalid format '{text}'")
    return size


def _cpuid(domain: Domain, values: Values) -> None:
    text = values.string("cpuid")
    if text is None:
        return
    cpu = _cpu(domain)
    first, *pairs = text.split(",")
    if not text:
        return
    if first != "host":
        raise ConfSyntax(f"cpuid starting with {first} is not supported, only libxl format is")
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ConfSyntax(f"Invalid libxl cpuid key=value element: {pair}")
        policy = _POLICIES.get(value)
        if policy is None:
            raise ConfSyntax(f"Invalid libxl cpuid value: {pair}")
        _feature(cpu, from_xl(name), policy)


def _disks(domain: Domain, values: Values) -> None:
    from vsh.hypervisors.xen.xl_disk import DiskText
    from vsh.xml.domain.devices.disk import Disk

    for text in values.items("disk"):
        found = DiskText(text)
        for part in found.left:
            values.leave("disk", part)
        disk = Disk(target=found.target, readonly=not found.writable)
        _image(disk, found.path)
        if found.cdrom:
            disk.device = "cdrom"
            disk.driver_name, kind = "qemu", "file"
            if found.path:
                disk.driver_type = "raw"
        else:
            disk.driver_type = found.format or "raw"
            disk.driver_name, kind = _BACKENDS.get(found.backend or "", ("qemu", "file"))
        if disk.type != "network":
            set_source(disk, kind, found.path)
        target = str(found.target)
        if target.startswith("xvd") or domain.os.type != "hvm":
            disk.bus = "xen"
        else:
            disk.bus = "scsi" if target.startswith("sd") else "ide"
        domain.disks.append(disk)


def _image(disk: Disk, path: str | None) -> None:
    """A Ceph image: ``rbd:pool/image[@snapshot][:option=value...]``."""
    from vsh.xml.shared.encryption import Auth
    from vsh.xml.shared.image import Source

    if path is None or not path.startswith("rbd:"):
        return
    image, *options = _split(path[len("rbd:") :].replace("\\\\", "\\"), ":")
    name, at, snapshot = image.partition("@")
    source = Source(protocol="rbd", name=name, snapshot=snapshot if at else None)
    source.storage_type = disk.type = "network"
    for option in options:
        key, _, value = option.partition("=")
        if key == "id":
            from vsh.xml.shared.encryption import SecretReference

            source.auth = Auth(username=value, secret=SecretReference(type="ceph"))
        elif key == "mon_host":
            source.hosts = [_monitor(text) for text in _split_hosts(value)]
        elif key == "conf":
            source.config_file = value
    disk.source = source


def _split(text: str, mark: str) -> list[str]:
    """Parts between marks; one behind a backslash does not count."""
    parts, start, place = [], 0, 0
    while place < len(text):
        if text[place] == "\\":
            place += 1
        elif text[place] == mark:
            parts.append(text[start:place])
            start = place + 1
        place += 1
    return [*parts, text[start:]]


def _split_hosts(text: str) -> list[str]:
    for mark in (",", " "):
        text = text.replace(f"\\{mark}", "\\;")
    return [part for part in text.split("\\;") if part]


def _monitor(text: str) -> Host:
    """A host and its port; a numeric address of IPv6 stands in brackets."""
    from vsh.xml.shared.image import Host

    if "]" in text:
        name, _, port = text[1:].partition("]")
        port = port[2:]
    else:
        name, _, port = text.partition("\\:")
    host = Host(name=name.replace("\\:", ":"))
    if port:
        host.port = whole(port, 65535)
        if host.port is None:
            raise InternalError(f"malformed port number '{port}'")
    return host


def _spice(domain: Domain, values: Values) -> None:
    from vsh.xml.domain.devices.graphics import Graphics, Listen

    if domain.os.type != "hvm" or not values.flag("spice", default=False):
        return
    graphics = Graphics(type="spice")
    graphics.listens = [Listen(type="address", address=values.string("spicehost") or None)]
    graphics.tls_port = values.number("spicetls_port", 0)
    graphics.port = values.number("spiceport", 0)
    graphics.autoport = not graphics.tls_port and not graphics.port
    if not values.flag("spicedisable_ticketing", default=False):
        graphics.passwd = values.needed("spicepasswd")
    agent = values.flag("spiceagent_mouse", default=False)
    graphics.mouse = "client" if agent else "server"
    graphics.clipboard = bool(values.flag("spice_clipboard_sharing", default=False))
    domain.graphics = [graphics]


def _inputs(domain: Domain, values: Values) -> None:
    from vsh.xml.domain.devices.input import Input

    value = values.conf.get("usbdevice")
    if domain.os.type != "hvm" or value is None:
        return
    for word in value if isinstance(value, list) else [value]:
        if not isinstance(word, str):
            raise InternalError("config value usbdevice was malformed")
        if word in ("tablet", "mouse", "keyboard"):
            domain.inputs.append(Input(type=word, bus="usb"))
        else:
            values.leave("usbdevice", word)


def _numbers(text: str, **defaults: int) -> dict[str, object] | None:
    """The pairs of a text, some of them hexadecimal numbers; None where it has another form."""
    from vsh.hypervisors.xen.values import options

    pairs = options(text)
    if pairs is None:
        return None
    found: dict[str, object] = dict(defaults)
    try:
        for key, value in pairs:
            found[key] = number(value, 16) if key in defaults else value
    except ValueError:
        return None
    return found


def _usb(domain: Domain, values: Values) -> None:
    from vsh.xml.domain.devices.controller import Controller
    from vsh.xml.domain.devices.hostdev import HostDevice, HostSource
    from vsh.xml.shared.host_address import HostAddress

    for text in values.items("usbdev"):
        found = _numbers(text, hostbus=0, hostaddr=0)
        if found is None:
            values.leave("usbdev", text)
        else:
            address = HostAddress(bus=str(found["hostbus"]), device=str(found["hostaddr"]))
            domain.hostdevs.append(
                HostDevice(
                    mode="subsystem", type="usb", managed="no", source=HostSource(address=address)
                )
            )
    for text in values.items("usbctrl"):
        found = _numbers(text, version=2, ports=8)
        if found is not None and str(found.get("type", "qusb")).startswith("qusb"):
            model = "qusb1" if found["version"] == 1 else "qusb2"
            domain.controllers.append(Controller(type="usb", model=model, ports=found["ports"]))
        else:
            values.leave("usbctrl", text)


def _channels(domain: Domain, values: Values) -> None:
    from vsh.hypervisors.xen.values import options
    from vsh.xml.domain.devices.chardev import Channel

    for text in values.items("channel"):
        pairs = options(text)
        if pairs is None:
            values.leave("channel", text)
            continue
        found = dict(reversed(pairs))
        kind = dict(pairs).get("connection", "")
        channel = Channel(target_type="xen", name=found.get("name"))
        if kind.startswith("socket"):
            set_character(channel, "unix", mode="bind", path=found.get("path"))
        elif kind.startswith("pty"):
            set_character(channel, "pty")
        else:
            raise InternalError(f"malformed channel '{text}'")
        domain.channels.append(channel)


def _arguments(domain: Domain, values: Values) -> None:
    """Arguments of the device model stand in an element of the driver's own."""
    words = tuple(values.items("device_model_args"))
    if words:
        domain.extensions = [own_element("xen", NAMESPACE, "commandline", items=words)]
