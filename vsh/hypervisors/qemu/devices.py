"""What the QEMU driver adds to single devices: models, formats, versions."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError, XmlError
from vsh.hypervisors.qemu.machine import (
    ARM,
    PPC64,
    S390,
    X86,
    has_builtin_esp,
    is_arm_virt,
    is_i440fx,
    is_loong_virt,
    is_pseries,
    is_q35,
    is_riscv_virt,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.chardev import Channel, Character, Serial
    from vsh.xml.domain.devices.controller import Controller
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.graphics import Graphics
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.interface import Interface
    from vsh.xml.domain.devices.memory import MemoryDevice
    from vsh.xml.domain.devices.panic import Panic
    from vsh.xml.domain.devices.shmem import Shmem
    from vsh.xml.domain.devices.sound import Sound
    from vsh.xml.domain.devices.tpm import Tpm
    from vsh.xml.domain.devices.video import Video
    from vsh.xml.domain.devices.vsock import Vsock
    from vsh.xml.shared.image import BackingStore

    class Known(Protocol):
        """What the driver's defaults know of the guest's QEMU and of how its document is read."""

        emulator: Emulator
        new: bool
        inactive: bool
        channels: str
        guests: str


_POWER_MEMORY = 256 * 1024  # what memory modules of a POWER guest are a multiple of, in KiB
_XHCI_PORTS = 15
_NEWER_CHANNELS = "/run/libvirt/qemu/channel"
"""Where libvirt 12.8.0 makes sockets for channels, in a folder for each guest."""
_OWN_CHANNELS = "/etc/libvirt/qemu/channel"


def _interface(device: Interface, domain: Domain, driver: Known) -> None:
    if device.model is not None:
        return
    if device.type == "vdpa" or (device.type == "vhostuser" and domain.newest):
        device.model = "virtio"
    elif device.type != "hostdev":
        device.model = _net_model(domain, driver)


def _net_model(domain: Domain, driver: Known) -> str:
    arch = domain.os.arch
    if arch in S390:
        return "virtio"
    if arch in ARM:
        if domain.os.machine == "versatilepb":
            return "smc91c111"
        return "virtio" if is_arm_virt(domain) else "lan9118"
    if is_riscv_virt(domain) or is_loong_virt(domain):
        return "virtio"
    for word, model in (("rtl8139", "rtl8139"), ("e1000", "e1000"), ("virtio-net", "virtio")):
        if word in driver.emulator.can:
            return model
    return "rtl8139"


def _disk(device: Disk, domain: Domain, driver: Known) -> None:
    if device.driver_name is None:
        device.driver_name = "qemu"
    if device.driver_type is None and device.type != "volume":
        device.driver_type = "raw"
    if device.bus == "usb" and domain.newest and device.model is None:
        anew = device.device == "cdrom" and driver.new
        device.model = "usb-bot" if anew and "usb-bot" in driver.emulator.can else "usb-storage"
    mirror = device.mirror
    if mirror is not None and mirror.format_type is None:
        mirror.format_type = "raw"
    encryptions = [device.encryption]
    layer: Disk | BackingStore | None = device
    while layer is not None:
        if layer.source is not None:
            encryptions.append(layer.source.encryption)
        layer = layer.backing_store
    for encryption in encryptions:
        if encryption is not None and encryption.engine in (None, "default"):
            encryption.engine = "qemu"


def _sound(device: Sound, domain: Domain, driver: Known) -> None:
    if device.model == "virtio" and domain.newest:
        device.streams = device.streams or 2


def _video(device: Video, domain: Domain, driver: Known) -> None:
    if device.type is None:
        can = driver.emulator.can
        if domain.os.arch in PPC64:
            device.type = "vga"
        elif (
            is_arm_virt(domain)
            or is_riscv_virt(domain)
            or is_loong_virt(domain)
            or domain.os.arch in S390
        ):
            device.type = "virtio"
        elif "cirrus-vga" in can:
            device.type = "cirrus"
        elif "VGA" in can:
            device.type = "vga"
    if device.type == "qxl" and not device.vgamem:
        device.vgamem = 16 * 1024


def _panic(device: Panic, domain: Domain, driver: Known) -> None:
    if device.model is None:
        if is_pseries(domain):
            device.model = "pseries"
        elif domain.os.arch in S390:
            device.model = "s390"
        elif domain.os.arch in X86 or not domain.newest:
            device.model = "isa"
        elif is_arm_virt(domain):
            device.model = "pvpanic"


def _controller(device: Controller, domain: Domain, driver: Known) -> None:
    if device.type == "scsi":
        if device.model in (None, "auto"):
            device.model = _scsi_model(device, domain, driver)
    elif device.type == "usb":
        _usb(device, domain, driver)
    elif device.type == "nvme" and device.serial is None:
        device.serial = _namespace_serial(device, domain)
    elif device.type == "pci":
        _pci(device, domain)


def _namespace_serial(device: Controller, domain: Domain) -> str:
    """The serial number that a disk of a controller has: its namespaces have no other."""
    for disk in domain.disks:
        index = -1 if disk.address is None else disk.address.numbers()[0]
        if disk.bus == "nvme" and disk.serial and index == device.index:
            return disk.serial
    raise XmlError("Missing mandatory serial for NVMe controller")


def _scsi_model(device: Controller, domain: Domain, driver: Known) -> str:
    can = driver.emulator.can
    if domain.newest:  # as the first that says one
        for other in domain.controllers:
            if other.type == "scsi" and other.model not in (None, "auto"):
                return str(other.model)
    if is_pseries(domain):
        return "ibmvscsi"
    if domain.os.arch in S390 or is_loong_virt(domain):
        return "virtio-scsi"
    if "lsi" in can:
        return "lsilogic"
    if "virtio-scsi-pci" in can:
        return "virtio-scsi"
    if has_builtin_esp(domain):
        return "ncr53c90"
    raise InternalError(f"Unable to determine model for SCSI controller idx={device.index}")


def _usb(device: Controller, domain: Domain, driver: Known) -> None:
    can, arch = driver.emulator.can, domain.os.arch
    if device.model is None:
        if "piix3-usb-uhci" in can:
            device.model = "piix3-uhci"
        elif domain.newest and arch not in X86 and "pci-ohci" in can:
            device.model = "pci-ohci"
        if arch in S390:
            if device.address is None:
                device.model = "none"
        elif arch in PPC64:
            device.model = None
            new = (("qemu-xhci", "qemu-xhci"), ("nec-usb-xhci", "nec-xhci")) if driver.new else ()
            for word, model in (*new, ("pci-ohci", "pci-ohci")):
                if word in can:
                    device.model = model
                    break
        elif arch in ("aarch64", "loongarch64"):
            for word, model in (("qemu-xhci", "qemu-xhci"), ("nec-usb-xhci", "nec-xhci")):
                if word in can:
                    device.model = model
                    break
    if device.model in ("qusb1", "qusb2"):
        raise ConfigUnsupported(
            f"USB controller model type 'qusb1' or 'qusb2' is not supported in {domain.type}"
        )
    if device.model in ("nec-xhci", "qemu-xhci") and (device.ports or 0) > _XHCI_PORTS:
        raise ConfigUnsupported(
            f"'{device.model}' controller only supports up to '{_XHCI_PORTS}' ports"
        )


def _pci(device: Controller, domain: Domain) -> None:
    model = device.model
    if not is_pseries(domain) and model in ("pci-root", "pcie-root") and device.index != 0:
        raise XmlError("pci-root and pcie-root controllers should have index 0")
    if model == "pci-expander-bus" and not is_i440fx(domain):
        raise ConfigUnsupported(
            "pci-expander-bus controllers are only supported on 440fx-based machinetypes"
        )
    if model == "pcie-expander-bus" and not (is_q35(domain) or is_arm_virt(domain)):
        raise ConfigUnsupported(
            "pcie-expander-bus controllers are not supported with this machine type"
        )
    numa = domain.cpu.numa if domain.cpu is not None else None
    nodes = len(numa.cells) if numa is not None else 0
    if device.numa_node is not None and device.numa_node >= nodes:
        raise XmlError(
            f"{model or '(null)'} with index {device.index} is configured for a NUMA node "
            f"({device.numa_node}) not present in the domain's <cpu><numa> array ({nodes})"
        )


def _shmem(device: Shmem, domain: Domain, driver: Known) -> None:
    model = device.model
    if model != "ivshmem-doorbell" and not device.size:
        device.size = 4 << 20
    if model == "ivshmem":
        return
    if not device.server:
        if model == "ivshmem-doorbell":
            raise ConfigUnsupported(
                f"shmem model '{model}' is supported only with server option enabled"
            )
        return
    if model == "ivshmem-plain":
        raise ConfigUnsupported(
            f"shmem model '{model}' is supported only with server option disabled"
        )
    if device.size:
        raise ConfigUnsupported(f"shmem model '{model}' does not support size setting")
    device.msi = True
    if device.msi_ioeventfd is None:
        device.msi_ioeventfd = True


def _serial(device: Serial, domain: Domain, driver: Known) -> None:
    _socket(device, domain, driver)
    arm, riscv = is_arm_virt(domain), is_riscv_virt(domain) or is_loong_virt(domain)
    # "isa-serial" was once the name of the default
    kind = None if device.target_type == "isa-serial" else device.target_type
    if kind is None:
        if domain.os.arch in X86:
            kind = "isa-serial"
        elif is_pseries(domain):
            kind = "spapr-vio-serial"
        elif arm or riscv:
            kind = "system-serial"
        elif domain.os.arch in S390:
            kind = "sclp-serial"
    device.target_type = kind
    if device.target_model is None:
        device.target_model = {
            "isa-serial": "isa-serial",
            "usb-serial": "usb-serial",
            "pci-serial": "pci-serial",
            "spapr-vio-serial": "spapr-vty",
            "system-serial": "pl011" if arm else "16550a" if riscv else None,
            "sclp-serial": "sclpconsole",
            "isa-debug": "isa-debugcon",
        }.get(str(kind))


def _socket(device: Character, domain: Domain, driver: Known) -> None:
    """A socket without a path is one that the driver makes."""
    if driver.inactive and device.type == "unix" and device.sources:
        source = device.sources[0]
        if source.path is None:
            source.mode = "bind"


def _channel(device: Channel, domain: Domain, driver: Known) -> None:
    if device.type != "unix" or not device.sources:
        return
    if device.target_type == "virtio":
        _forget(device, domain, driver)
    _socket(device, domain, driver)


def _forget(device: Character, domain: Domain, driver: Known) -> None:
    """Drop a path that a driver made up: it is made anew at each start."""
    if driver.inactive and is_made_up(device, domain, driver.channels):
        device.sources[0].path = None


def is_made_up(device: Character, domain: Domain, channels: str) -> bool:
    """Whether the path of a channel's socket is one that a driver made up, in one of its forms.

    channels  the folder of those of libvirt's driver
    """
    path, own = device.sources[0].path, device.name or ""
    if path is None:
        return False
    folder, _, name = path.rpartition("/")
    above, _, last = folder.rpartition("/")
    if above.endswith("/run") and _is_of_a_run(last) and name == own:  # of a root, wherever
        return True
    if domain.newest:
        import re

        for base in (_NEWER_CHANNELS, channels.removesuffix("/target"), _OWN_CHANNELS):
            start = f"{re.escape(base)}/(target/)?"
            if re.match(
                rf"{start}(([^/]+\.)|(domain-[^/]+/)|([0-9]+-[^/]+/)){re.escape(own)}$", path
            ):
                return True
        return False
    own_folder, _, under = path.partition(f"{channels}/")
    return bool(
        (not own_folder and "." in under.partition("/")[0][1:])
        or (name == own and last.partition("domain-")[2])  # of whatever folder
        or (above == _NEWER_CHANNELS and name == own)
    )


def _is_of_a_run(folder: str) -> bool:
    words = folder.split("-", 2)
    return len(words) == 3 and words[0] == "domain" and words[1].isdigit()


def _graphics(device: Graphics, domain: Domain, driver: Known) -> None:
    """A socket that a libvirt of old made for VNC is no part of a configuration."""
    for listen in device.listens if driver.inactive and device.type == "vnc" else ():
        if listen.type == "socket" and (listen.socket or "").startswith(driver.guests):
            listen.type, listen.socket = "address", None


def _vsock(device: Vsock, domain: Domain, driver: Known) -> None:
    if device.model is None:
        device.model = "virtio"


def _hostdev(device: HostDevice, domain: Domain, driver: Known) -> None:
    if (
        device.mode == "subsystem"
        and device.type == "mdev"
        and device.model == "vfio-pci"
        and device.display is None
        and "vfio-pci.display" in driver.emulator.can
    ):
        device.display = False


def _tpm(device: Tpm, domain: Domain, driver: Known) -> None:
    if device.model is None:
        device.model = "tpm-spapr" if domain.os.arch in PPC64 else "tpm-tis"
    for backend in device.backends:
        if backend.type == "emulator" and backend.version is None:
            if domain.newest:
                second = device.model != "tpm-tis" or domain.os.arch not in X86
            else:
                second = device.model in ("tpm-spapr", "tpm-crb") or is_arm_virt(domain)
            backend.version = "2.0" if second else "1.2"


def _memory(device: MemoryDevice, domain: Domain, driver: Known) -> None:
    if not driver.new or domain.os.arch not in PPC64:
        return
    if device.model == "nvdimm":
        label = device.label_size or 0
        if device.size - label < _POWER_MEMORY:
            raise XmlError("minimum target size for the NVDIMM must be 256MB plus the label size")
        device.size = (device.size - label) // _POWER_MEMORY * _POWER_MEMORY + label
    else:
        device.size = -(-device.size // _POWER_MEMORY) * _POWER_MEMORY


STEPS: dict[str, Callable[..., None]] = {
    "interfaces": _interface,
    "disks": _disk,
    "videos": _video,
    "sounds": _sound,
    "panics": _panic,
    "controllers": _controller,
    "shmems": _shmem,
    "serials": _serial,
    "channels": _channel,
    "consoles": _socket,
    "parallels": _socket,
    "vsock": _vsock,
    "graphics": _graphics,
    "hostdevs": _hostdev,
    "tpms": _tpm,
    "memory_devices": _memory,
}
