"""Devices of a guest's configuration: added, taken out and changed in a copy that is then complete.

The copy takes the place of the configuration when all else that was asked for has been done.
"""

from __future__ import annotations

from vsh.drivers.qemu.devices.finding import find
from vsh.drivers.qemu.devices.reading import check_fits, libvirt_name
from vsh.errors import (
    ConfigUnsupported,
    DeviceMissing,
    InvalidArgument,
    OperationFailed,
    OperationInvalid,
    OperationUnsupported,
)
from vsh.hypervisors.qemu.check.controller import NO_IDE
from vsh.hypervisors.qemu.check.memory import check_memory
from vsh.hypervisors.qemu.defaults import QemuDefaults
from vsh.hypervisors.qemu.machine import has_builtin_ide, is_modern
from vsh.xml.domain.devices.chardev import Character, Console
from vsh.xml.domain.devices.controller import Controller
from vsh.xml.domain.devices.disk import Disk
from vsh.xml.domain.devices.graphics import Graphics
from vsh.xml.domain.devices.interface import Interface
from vsh.xml.domain.devices.iommu import Iommu
from vsh.xml.domain.devices.lease import Lease
from vsh.xml.domain.devices.memory import MemoryDevice
from vsh.xml.domain.devices.watchdog import Watchdog
from vsh.xml.domain.order import insert_controller, insert_disk
from vsh.xml.engine.flags import ABI_UPDATE, INACTIVE, SKIP_VALIDATE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device

_APPENDED = ("sounds", "redirdevs", "inputs", "interfaces", "filesystems", "shmems", "hostdevs",
             "rngs")  # fmt: skip
_REMOVED = ("sounds", "hostdevs", "controllers", "rngs", "memory_devices", "redirdevs", "shmems",
            "inputs", "filesystems")  # fmt: skip
_MISSING = {
    "rngs": "no matching RNG device was found",
    "memory_devices": "matching memory device was not found",
    "redirdevs": "no matching redirdev was not found",
    "shmems": "matching shmem device was not found",
    "inputs": "matching input device not found",
    "filesystems": "no matching filesystem device was found",
}


def complete(definition: Domain, emulator: Emulator | None, *, new: bool = False) -> None:
    """Complete a changed configuration; ``new``: it has something that has never run.

    As a whole it is checked when it starts.  Raises XmlError for a controller that a disk brought
    and that lacks what it must have, ConfigUnsupported for one that newer guests cannot have.
    """
    flags = INACTIVE | SKIP_VALIDATE | (ABI_UPDATE if new else 0)
    QemuDefaults(emulator).complete(definition, flags=flags)
    has_ide = any(controller.type == "ide" for controller in definition.controllers)
    if has_ide and is_modern(definition) and not has_builtin_ide(definition):
        raise ConfigUnsupported(NO_IDE)


def attach(definition: Domain, field: str, device: Device | Lease) -> None:
    """Add a device.  Raises Error where there is one already."""
    if isinstance(device, Disk):
        if any(disk.target == device.target for disk in definition.disks):
            raise OperationInvalid(f"target {device.target} already exists")
        insert_disk(definition, device)
    elif isinstance(device, Controller):
        if device.index is not None and find(definition, field, device) is not None:
            raise OperationInvalid(f"controller index='{device.index}' already exists")
        insert_controller(definition, device)
    elif isinstance(device, Character):
        insert_character(definition, field, device)
    elif isinstance(device, MemoryDevice):
        if len(definition.memory_devices) == (definition.memory_slots or 0):
            raise ConfigUnsupported("no free memory device slot available")
        if _is_taken(definition, device):
            raise OperationInvalid("Domain already contains a device with the same address")
        if is_modern(definition):
            for problem in check_memory(definition, device):
                raise problem
        definition.current_memory = int(definition.current_memory or 0) + device.size
        definition.memory = int(definition.memory or 0) + device.size
        definition.memory_devices.append(device)
    elif isinstance(device, Watchdog) and is_modern(definition):
        if find(definition, field, device) is not None:
            raise OperationInvalid("device is already in the domain configuration")
        definition.watchdogs = [*definition.watchdogs, device]
    elif isinstance(device, Iommu) and is_modern(definition):
        if definition.iommu:
            raise OperationInvalid("domain already has an iommu device")
        definition.iommu = [device]
    elif field in ("watchdogs", "vsock"):
        if getattr(definition, field):
            word = "watchdog" if field == "watchdogs" else "vsock device"
            raise OperationInvalid(f"domain already has a {word}")
        setattr(definition, field, [device])
    elif isinstance(device, Lease):
        if find(definition, field, device) is not None:
            raise OperationInvalid(
                f"Lease {device.key} in lockspace {device.lockspace or '<null>'} already exists"
            )
        definition.leases.append(device)
    elif field in _APPENDED:
        _refuse_same(definition, field, device)
        getattr(definition, field).append(device)
    else:
        raise OperationUnsupported(
            f"persistent attach of device '{libvirt_name(field)}' is not supported"
        )


def _refuse_same(definition: Domain, field: str, device: Device) -> None:
    if field in ("hostdevs", "shmems") and find(definition, field, device) is not None:
        raise OperationInvalid("device is already in the domain configuration")
    if field == "filesystems" and find(definition, field, device) is not None:
        raise OperationInvalid("Target already exists")
    if field == "rngs" and _is_taken(definition, device):
        raise ConfigUnsupported("a device with the same address already exists ")


def _is_taken(definition: Domain, device: Device) -> bool:
    """Whether another device has the address that this one is to have."""
    wanted = device.address
    if wanted is None or not wanted.type:
        return False
    others = (getattr(each, "address", None) for each in definition.devices())
    return any(
        each is not None and (each.type, each.numbers()) == (wanted.type, wanted.numbers())
        for each in others
    )


def insert_character(definition: Domain, field: str, device: Character) -> None:
    """Add a character device.  Raises OperationUnsupported, OperationInvalid."""
    if field == "consoles" and device.target_type in (None, "serial"):
        raise OperationUnsupported("attaching serial console is not supported")
    if find(definition, field, device) is not None:
        raise OperationInvalid("chardev already exists")
    put_character(definition, field, device)


def put_character(definition: Domain, field: str, device: Character) -> None:
    """Put a character device in; the first serial port is the first console, too."""
    if field == "serials" and not definition.serials and not definition.consoles:
        definition.consoles.append(Console(type=device.type, target_type="serial", port=0))
    getattr(definition, field).append(device)


def detach(definition: Domain, field: str, wanted: Device | Lease) -> None:
    """Take out the device that is meant.  Raises DeviceMissing."""
    if isinstance(wanted, Character):
        _remove_character(definition, field, wanted)
        return
    newer = ("iommu",) if is_modern(definition) else ()
    if field not in ("disks", "interfaces", "watchdogs", "vsock", "leases", *newer, *_REMOVED):
        raise OperationUnsupported(
            f"persistent detach of device '{libvirt_name(field)}' is not supported"
        )
    if field == "watchdogs":
        modern = is_modern(definition)
        there = next(iter(definition.watchdogs), None)
        present = find(definition, field, wanted) if modern else there
        if present is None:
            raise DeviceMissing(
                "no matching watchdog was found" if modern else "domain has no watchdog"
            )
        definition.watchdogs = [each for each in definition.watchdogs if each is not present]
        return
    device = find(definition, field, wanted)
    if device is None:
        if isinstance(wanted, Disk):
            raise DeviceMissing(f"no target device {wanted.target or '(null)'}")
        if field in ("iommu", "vsock"):
            raise OperationFailed(f"matching {field} device not found")
        if isinstance(wanted, Lease):
            raise DeviceMissing(
                f"Lease {wanted.key} in lockspace {wanted.lockspace or '<null>'} does not exist"
            )
        raise DeviceMissing(_MISSING.get(field, "device not present in domain configuration"))
    getattr(definition, field).remove(device)
    if isinstance(device, MemoryDevice):
        definition.memory = int(definition.memory or 0) - device.size
        definition.current_memory = int(definition.current_memory or 0) - device.size


def _remove_character(definition: Domain, field: str, wanted: Character) -> None:
    if field == "consoles" and wanted.target_type in (None, "serial"):
        raise OperationInvalid("detaching serial console is not supported")
    device = find(definition, field, wanted)
    if device is None:
        raise InvalidArgument("device not present in domain configuration")
    remove_character(definition, field, device)


def remove_character(definition: Domain, field: str, device: Character) -> None:
    """Take out a character device; the console that is the first serial port goes with it."""
    consoles = definition.consoles
    if (
        field == "serials"
        and consoles
        and consoles[0].target_type in (None, "serial")
        and definition.serials[0] is device
    ):
        del consoles[0]
    getattr(definition, field).remove(device)


def update(definition: Domain, field: str, device: Device | Graphics) -> None:
    """Put a device in the place of the one that it is a change of.  Raises Error."""
    old: Device | Graphics | None
    if isinstance(device, Disk):
        old = find(definition, field, device)
        if old is None:
            raise InvalidArgument(f"target {device.target} doesn't exist.")
    elif isinstance(device, Graphics):
        old = next((one for one in definition.graphics if one.type == device.type), None)
        if old is None:
            raise InvalidArgument(
                f"cannot find existing graphics type '{device.type}' device to modify"
            )
    elif isinstance(device, Interface):
        old = find(definition, field, device)
    elif isinstance(device, MemoryDevice):
        old = same_place(definition.memory_devices, device)
        if old is None:
            raise InvalidArgument("memory not found")
    else:
        raise OperationUnsupported(
            f"persistent update of device '{libvirt_name(field)}' is not supported"
        )
    check_fits(definition, field, device, old)
    devices = getattr(definition, field)
    devices[next(n for n, one in enumerate(devices) if one is old)] = device


def same_place(devices: list[MemoryDevice], wanted: MemoryDevice) -> MemoryDevice | None:
    """The memory device at a document's address, or of its alias; or None."""
    for one in devices:
        if wanted.alias and one.alias == wanted.alias:
            return one
        if (
            wanted.address is not None
            and one.address is not None
            and wanted.address.type == one.address.type
            and wanted.address.numbers() == one.address.numbers()
        ):
            return one
    return None
