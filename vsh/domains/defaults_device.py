"""What libvirt adds to each device of a domain after reading it."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, XmlError
from vsh.xml.domain.order import disk_index, nvme_place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Completed(Protocol):
        """A device that says itself what it lacks."""

        def complete(self) -> object: ...

    class Known(Protocol):
        """What a driver's defaults know of the whole domain."""

        wide_scsi: bool

        def next_port(self, kind: str, domain: Domain) -> int: ...
        def scsi_places(
            self, domain: Domain
        ) -> tuple[set[tuple[int, ...]], set[tuple[int, ...]]]: ...

    from collections.abc import Callable
    from typing import Any

    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.chardev import Character
    from vsh.xml.domain.devices.controller import Controller
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.input import Input
    from vsh.xml.domain.devices.memory import MemoryDevice
    from vsh.xml.domain.devices.sound import Sound
    from vsh.xml.domain.devices.video import Video

_BUSES = (
    ("hd", "ide"),
    ("sd", "scsi"),
    ("vd", "virtio"),
    ("xvd", "xen"),
    ("ubd", "uml"),
    ("nvme", "nvme"),
)
X86 = ("i686", "x86_64")


def _character(device: Character, domain: Domain, defaults: Known) -> None:
    if device.tag == "console" and device.target_type is None:
        device.target_type = "serial"
    if device.tag == "serial" and device.target_type == "isa-debug" and domain.os.arch not in X86:
        raise ConfigUnsupported("isa-debug serial type only valid on x86 architecture")
    if device.port is None and device.tag != "channel":
        device.port = defaults.next_port(device.tag + "s", domain)


def _disk(disk: Disk, domain: Domain, defaults: Known) -> None:
    if disk.target is not None and disk.target.startswith("ioemu:"):
        disk.target = disk.target[6:]
    if disk.device == "cdrom":
        disk.readonly = True
    if disk.bus is None:
        disk.bus = "ide"
        if disk.device == "floppy":
            disk.bus = "fdc"
        elif disk.target:
            disk.bus = next((bus for head, bus in _BUSES if disk.target.startswith(head)), "ide")
    if disk.snapshot is None and disk.readonly:
        disk.snapshot = "no"
    source = disk.source
    if (
        disk.type == "network"
        and source is not None
        and source.protocol == "iscsi"
        and source.name
        and "/" not in source.name
    ):
        source.name += "/0"
    if disk.type == "nvme" and source is not None and source.managed is None:
        source.managed = True
    if disk.type == "vhostuser" and disk.snapshot is None:
        disk.snapshot = "no"
    if disk.address is None and disk.target is not None:
        _disk_address(disk, domain, defaults)
    _disk_tune(disk, domain)


def _disk_address(disk: Disk, domain: Domain, defaults: Known) -> None:
    nvme = nvme_place(disk.target or "")
    number, index = (0, disk_index(disk.target or "")) if nvme is None else nvme
    if index is None:
        raise XmlError(f"Unknown disk name '{disk.target}' and no address specified")
    values: dict[str, int] | None = None
    if disk.bus == "scsi":
        units = 15 if defaults.wide_scsi else 7
        if defaults.wide_scsi:
            values = {"controller": index // units, "unit": index % units}
            if values["unit"] >= 7:
                values["unit"] += 1
        else:
            values = {"controller": index // units, "unit": index % units}
    elif disk.bus == "ide":
        values = {"controller": index // 4, "bus": index % 4 // 2, "unit": index % 2}
    elif disk.bus == "sata":
        values = {"controller": index // 6, "unit": index % 6}
    elif disk.bus == "fdc":
        values = {"controller": index // 2, "unit": index % 2}
    elif disk.bus == "nvme":
        values = {"controller": number, "unit": index}
    if values is None:
        return
    from vsh.xml.domain.devices.address import Address

    fresh = Address(type="drive", **{"controller": 0, "bus": 0, "target": 0, "unit": 0, **values})
    if disk.bus == "scsi":
        taken = fresh.numbers()
        for hostdev in domain.hostdevs:
            address = hostdev.address
            if hostdev.type == "scsi" and address is not None and address.numbers() == taken:
                raise ConfigUnsupported(
                    f"using disk target name '{disk.target}' conflicts with SCSI host device "
                    f"address controller='{taken[0]}' bus='{taken[1]}' target='{taken[2]}' "
                    f"unit='{taken[3]}"
                )
    disk.address = fresh


def _disk_tune(disk: Disk, domain: Domain) -> None:
    tune = disk.iotune
    if tune is None or tune.group_name is None or len(list(tune.values())) > 1:
        return
    for other in domain.disks:
        found = other.iotune
        if (
            found is not None
            and found.group_name == tune.group_name
            and len(list(found.values())) > 1
        ):
            disk.iotune = found.copy()
            return


def default_video_ram(domain: Domain, model: str | None) -> int:
    """How much memory a graphics card has where nothing is said, in KiB."""
    if model in ("vga", "cirrus", "vmvga"):
        return {"vbox": 8, "vmware": 4}.get(str(domain.type), 16) * 1024
    return {"bochs": 16, "xen": 4, "qxl": 64}.get(str(model), 0) * 1024


def _power(value: int) -> int:
    return 1 << (value - 1).bit_length() if value else 0


def _video(video: Video, domain: Domain, defaults: Known) -> None:
    if not video.ram and video.type == "qxl":
        video.ram = default_video_ram(domain, video.type)
    if not video.vram:
        video.vram = default_video_ram(domain, video.type)
    video.ram = _power(video.ram or 0)
    video.vram = _power(video.vram or 0)


def _hostdev(device: HostDevice, domain: Domain, defaults: Known) -> None:
    if device.mode != "subsystem":
        return
    if device.type == "scsi":
        if (
            device.source.protocol == "iscsi"
            and device.source.name is not None
            and "/" not in device.source.name
        ):
            device.source.name += "/0"
        if device.address is None:
            _scsi_address(device, domain, defaults)
        a = device.address.numbers() if device.address is not None else ()
        if a in defaults.scsi_places(domain)[0]:
            raise XmlError(
                f"SCSI host address controller='{a[0]}' bus='{a[1]}' target='{a[2]}' "
                f"unit='{a[3]}' in use by a SCSI disk"
            )
    elif device.type == "mdev" and device.address is not None:
        kind = device.address.type
        if (device.model == "vfio-pci" and kind != "pci") or (
            device.model == "vfio-ccw" and kind != "ccw"
        ):
            raise XmlError(
                f"Unsupported address type '{kind}' with mediated device model '{device.model}'"
            )


def _scsi_address(device: HostDevice, domain: Domain, defaults: Known) -> None:
    from vsh.xml.domain.devices.address import Address

    disks, hosts = defaults.scsi_places(domain)
    controller = 0
    while True:
        for unit in range(16 if defaults.wide_scsi else 7):
            place = (controller, 0, 0, unit)
            taken = place in disks or place in hosts
            if not taken and not (defaults.wide_scsi and unit == 7):
                hosts.add(place)
                device.address = Address(
                    type="drive", controller=controller, bus=0, target=0, unit=unit
                )
                return
        controller += 1


def _controller(device: Controller, domain: Domain, defaults: Known) -> None:
    for error in device.complete():
        raise error


def _input(device: Input, domain: Domain, defaults: Known) -> None:
    settle_bus(device, domain)


def settle_bus(device: Input, domain: Domain) -> None:
    """Give an input device the bus that it has where none is said."""
    if device.bus is not None:
        return
    kind, arch = device.type, domain.os.arch
    if domain.os.type == "hvm":
        if kind in ("mouse", "keyboard") and arch in X86:
            device.bus = "ps2"
        elif arch in ("s390", "s390x") or kind == "passthrough":
            device.bus = "virtio"
        elif kind == "evdev":
            device.bus = "none"
        else:
            device.bus = "usb"
    elif domain.os.type in ("xen", "xenpvh"):
        device.bus = "xen"
    elif domain.type in ("vz", "parallels"):
        device.bus = "parallels"


def _memory_device(device: MemoryDevice, domain: Domain, defaults: Known) -> None:
    if device.model == "virtio-pmem" and device.access is None:
        device.access = "shared"
    if device.model == "nvdimm" and domain.os.arch in ("ppc64", "ppc64le") and device.uuid is None:
        from vsh.xml.engine.values import generate_uuid

        device.uuid = generate_uuid()


def _sound(device: Sound, domain: Domain, defaults: Known) -> None:
    if device.model == "virtio" and not device.streams:
        device.streams = 2


def _own(device: Completed, domain: Domain, defaults: Known) -> None:
    device.complete()


STEPS: dict[str, Callable[[Any, Domain, Known], None]] = {
    "serials": _character,
    "parallels": _character,
    "consoles": _character,
    "channels": _character,
    "rngs": _own,
    "disks": _disk,
    "videos": _video,
    "hostdevs": _hostdev,
    "controllers": _controller,
    "vsock": _own,
    "memory_devices": _memory_device,
    "filesystems": _own,
    "inputs": _input,
    "sounds": _sound,
}
