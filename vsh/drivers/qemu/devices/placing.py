"""Where a device goes that comes to a guest that runs, and what it is called.

Nothing else of the guest moves, and no bus is added for it.
"""

from __future__ import annotations

from vsh.domains.pci import HOTPLUG, Place, placed, present
from vsh.domains.ports import SerialPorts, UsbPorts, has_port
from vsh.errors import ConfigUnsupported, InternalError
from vsh.hypervisors.qemu.argv.aliases import controller_alias, disk_alias
from vsh.hypervisors.qemu.machine import is_ccw
from vsh.xml.domain.devices.address import Address
from vsh.xml.domain.devices.chardev import Character
from vsh.xml.domain.devices.controller import Controller
from vsh.xml.domain.devices.disk import Disk
from vsh.xml.domain.devices.hostdev import HostDevice
from vsh.xml.domain.devices.interface import Interface
from vsh.xml.domain.devices.memory import MemoryDevice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device

_PREFIXES = {
    "watchdogs": "watchdog",
    "interfaces": "net", "hostdevs": "hostdev", "serials": "serial", "parallels": "parallel",
    "channels": "channel", "consoles": "console", "rngs": "rng", "redirdevs": "redir",
    "shmems": "shmem", "inputs": "input", "filesystems": "fs",
}  # fmt: skip
_MEMORY = {
    "dimm": "dimm", "nvdimm": "nvdimm", "virtio-pmem": "virtiopmem", "virtio-mem": "virtiomem",
}  # fmt: skip


def place(definition: Domain, field: str, device: Device, emulator: Emulator) -> None:
    """Give a device that is not in the definition yet an address.  Raises Error."""
    if isinstance(device, Character):
        _character(definition, field, device, emulator)
    elif isinstance(device, MemoryDevice) and device.model in ("dimm", "nvdimm"):
        _memory_slot(definition, device)
    elif getattr(device, "bus", None) == "usb" or (
        isinstance(device, HostDevice) and device.type == "usb"
    ):
        _usb(definition, device)
    elif isinstance(device, Disk) and device.bus != "virtio":
        return
    elif device.address is None or device.address.type in (None, "pci", "ccw"):
        _bus(definition, field, device, emulator)


def _bus(definition: Domain, field: str, device: Device, emulator: Emulator) -> None:
    if is_ccw(definition) and (device.address is None or device.address.type == "ccw"):
        import copy

        from vsh.domains.ports import assign_ccw

        device.address = device.address or Address(type="ccw")
        trial = copy.copy(definition)
        setattr(trial, field, [*getattr(definition, field), device])
        assign_ccw(trial)
        return
    _pci(definition, device, emulator)


def _pci(definition: Domain, device: Device, emulator: Emulator) -> None:
    from vsh.hypervisors.qemu.slots import Slots

    slots = Slots(definition, emulator)
    flags = slots.connect.flags(device)
    if not flags:
        return
    flags |= HOTPLUG
    indexes = [c.index or 0 for c in definition.controllers if c.type == "pci"]
    slots.start(max(indexes, default=-1) + 1)
    slots.board()
    address = device.address
    if address is not None and present(device):
        if address.function:
            raise InternalError("Only PCI device addresses with function=0 are supported")
        where = Place.of(address)
        slots.buses.validate(where, flags)
        slots.buses.reserve(where, flags)
    else:
        slots.buses.put(device, flags)
    if slots.zpci and device.address is not None:
        slots.buses.identify(device.address)


def _usb(definition: Domain, device: Device) -> None:
    ports = UsbPorts(definition)
    for other in placed(definition):
        if other.tag != "hub" and has_port(other):
            ports.reserve(other)
    if has_port(device):
        ports.reserve(device)
    else:
        ports.assign(device)


def _character(definition: Domain, field: str, device: Character, emulator: Emulator) -> None:
    target = device.target_type
    if field in ("channels", "consoles") and target == "virtio":
        ports = SerialPorts(definition)
        if device.address is not None and ports.complete(device):
            ports.reserve(device.address)
        else:
            ports.assign(device, field == "consoles")
    elif field == "serials" and target == "pci-serial":
        _pci(definition, device, emulator)
    elif field == "serials" and target == "usb-serial":
        _usb(definition, device)
    elif device.address is not None and device.address.type in ("virtio-serial", "pci"):
        raise ConfigUnsupported("Unsupported address type for character device")


def _memory_slot(definition: Domain, device: MemoryDevice) -> None:
    slots = int(definition.memory_slots or 0)
    used = {
        other.address.slot
        for other in definition.memory_devices
        if other.address is not None and other.address.type == "dimm"
    }
    address = device.address
    if address is not None and address.type == "dimm" and address.slot is not None:
        if address.slot >= slots:
            raise ConfigUnsupported(
                f"memory device slot '{address.slot}' exceeds slots count '{slots}'"
            )
        if address.slot in used:
            raise ConfigUnsupported(
                f"memory device slot '{address.slot}' is already being used by another memory "
                "device"
            )
        return
    free = next((number for number in range(slots) if number not in used), None)
    if free is None:
        raise InternalError("failed to find an empty memory slot")
    device.address = Address(type="dimm", slot=free)


def name(definition: Domain, field: str, device: Device) -> str:
    """The alias of a device that is not in the definition yet."""
    if device.alias:
        return str(device.alias)
    if isinstance(device, Disk):
        return disk_alias(definition, device)
    if isinstance(device, Controller):
        return controller_alias(definition, device)
    if field == "vsock":
        return "vsock0"
    if isinstance(device, MemoryDevice):
        prefix = _MEMORY[str(device.model)]
        if prefix in ("dimm", "nvdimm") and device.address is not None:
            return f"{prefix}{device.address.slot}"
        return f"{prefix}{_next(definition, prefix)}"
    prefix = _PREFIXES[field]
    if isinstance(device, Interface) and device.type == "hostdev":
        prefix = "hostdev"
    return f"{prefix}{_next(definition, prefix)}"


def _next(definition: Domain, prefix: str) -> int:
    """One more than the highest number of an alias."""
    size = len(prefix)
    aliases = [getattr(device, "alias", None) or "" for device in definition.devices()]
    numbers = [int(a[size:]) for a in aliases if a.startswith(prefix) and a[size:].isdecimal()]
    first = -1
    if prefix == "console" and definition.consoles:
        first = 0  # of which the serial port has another name
    return max(numbers, default=first) + 1
