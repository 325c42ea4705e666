"""What libvirt's Xen driver adds to a document, and what a Xen host on x86_64 offers."""

from __future__ import annotations

from vsh.domains.controllers import add_controller, next_index
from vsh.domains.defaults import Defaults
from vsh.errors import ConfigUnsupported
from vsh.xml.engine.flags import SKIP_VALIDATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.video import Video
    from vsh.xml.domain.features import Features
    from vsh.xml.engine.element import Element

NAMESPACE = "http://libvirt.org/schemas/domain/xen/1.0"
MACHINES = {"hvm": "xenfv", "xen": "xenpv", "xenpvh": "xenpvh"}
FIRMWARE = "/usr/lib/xen/boot"
_VIDEO_MEMORY = {"vga": 16, "xen": 16, "cirrus": 8, "qxl": 128}
_SOUNDS = ("ich6", "es1370", "ac97", "sb16")


class XenDefaults(Defaults):
    """Guests have a console or a PC's input devices, a balloon, and a controller for Xen's bus."""

    mac_prefix = (0x00, 0x16, 0x3E)
    namespace = NAMESPACE
    user_alias = True
    net_model_string = True

    validate = True

    def whole(self, domain: Domain, flags: int) -> None:
        self.validate = not flags & SKIP_VALIDATE
        from vsh.xml.domain.devices.chardev import Console
        from vsh.xml.domain.devices.memballoon import MemBalloon

        if domain.os.type != "hvm" and not domain.consoles:
            domain.consoles = [Console(type="pty", port=0, target_type="xen")]
        bus = "ps2" if domain.os.type == "hvm" else "xen"
        add_input(domain, "mouse", bus)
        add_input(domain, "keyboard", bus)
        if domain.os.type == "hvm" and domain.os.arch == "x86_64":
            domain.features = _features(domain)
            domain.features.pae = True
            if domain.cpu is not None and domain.cpu.numa is not None:
                domain.features.acpi = True
        if not domain.memballoon:
            domain.memballoon = [MemBalloon(model="xen")]
        if not any(c.type == "xenbus" for c in domain.controllers):
            index = next_index(domain, "xenbus")
            add_controller(domain, "xenbus", index)

    def device(self, kind: str, device: Element, domain: Domain) -> None:
        from vsh.xml.domain.devices.chardev import Console
        from vsh.xml.domain.devices.disk import Disk
        from vsh.xml.domain.devices.hostdev import HostDevice
        from vsh.xml.domain.devices.video import Video

        if isinstance(device, Console):
            if device.target_type is None and domain.os.type != "hvm":
                device.target_type = "xen"
        elif isinstance(device, HostDevice):
            _hostdev(device, domain)
        elif isinstance(device, Video):
            _video(device, domain)
        elif isinstance(device, Disk):
            if device.type == "network" and device.driver_name is None:
                device.driver_name = "qemu"
            if device.driver_type is None:
                device.driver_type = "raw"

    def addresses(self, domain: Domain) -> None:
        """The checks of the driver, which come last."""
        if self.validate:
            _check(domain)


def _features(domain: Domain) -> Features:
    from vsh.xml.domain.features import Features

    return domain.features if domain.features is not None else Features()


def add_input(domain: Domain, kind: str, bus: str) -> None:
    """Add an input device where there is none of this kind on this bus."""
    from vsh.xml.domain.devices.input import Input

    if not any(i.type == kind and i.bus == bus for i in domain.inputs):
        domain.inputs.append(Input(type=kind, bus=bus))


def _hostdev(device: HostDevice, domain: Domain) -> None:
    if device.mode == "capabilities":
        raise ConfigUnsupported(f"hostdev mode 'capabilities' is not supported in {domain.type}")
    if device.type == "pci":
        if device.driver is None:
            device.driver = "xen"
        elif device.driver != "xen":
            raise ConfigUnsupported(
                f"XEN does not support device assignment mode '{device.driver}'"
            )


def _video(device: Video, domain: Domain) -> None:
    if device.type is None:
        if domain.os.type in ("xen", "linux"):
            device.type = "xen"
        else:
            device.type = "vga" if (domain.os.arch or "").startswith("ppc64") else "cirrus"
    if domain.os.type == "hvm" and not device.vram:
        device.vram = _VIDEO_MEMORY.get(device.type, 0) * 1024 or None


def _check(domain: Domain) -> None:
    secure = domain.os.loader_secure or any(
        feature.name == "secure-boot" for feature in domain.os.features
    )
    if secure:
        raise ConfigUnsupported("Secure boot is not supported on Xen")
    for table in domain.os.acpi_tables:
        if table.type not in ("slic", "rawset"):
            raise ConfigUnsupported(f"ACPI table type '{table.type}' is not supported")
    if len(domain.os.acpi_tables) > 1:
        raise ConfigUnsupported("Only a single ACPI table is supported")
    if domain.sounds and domain.sounds[0].model not in _SOUNDS:
        raise ConfigUnsupported(f"unsupported audio model {domain.sounds[0].model}")
    for card in domain.interfaces:
        if card.filterref is not None:
            raise ConfigUnsupported(f"filterref is not supported in {domain.type}")
