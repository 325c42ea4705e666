"""Attaching a device: to the configuration, to what runs, or to both."""

from __future__ import annotations

import copy
import os

from vsh.domains.check_duplicates import same_target
from vsh.drivers.qemu import cards, changing, definitions, pool_volumes, telling
from vsh.drivers.qemu.blocks import chain
from vsh.drivers.qemu.devices import configuration, displays, host_devices, media, placing, plugging
from vsh.drivers.qemu.devices.characters import check_there, given_path, settle_credentials
from vsh.drivers.qemu.devices.finding import find
from vsh.drivers.qemu.devices.kinds import CHARACTERS
from vsh.drivers.qemu.devices.reading import (
    check_alias,
    check_fits,
    check_program,
    libvirt_name,
    read_device,
)
from vsh.errors import (
    ConfigUnsupported,
    Error,
    InternalError,
    OperationFailed,
    OperationInvalid,
    OperationUnsupported,
    SystemFailure,
)
from vsh.hypervisors.qemu.argv.disk import settle_cache
from vsh.hypervisors.qemu.argv.interface import check_tap
from vsh.hypervisors.qemu.emulator import asked
from vsh.hypervisors.qemu.machine import is_modern
from vsh.words.domain import DomainModificationImpact
from vsh.words.event_id import DomainEventID
from vsh.xml.domain.devices.disk import Disk
from vsh.xml.domain.devices.hostdev import HostDevice
from vsh.xml.domain.devices.interface import Interface
from vsh.xml.domain.devices.lease import Lease

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.address import Address
    from vsh.xml.domain.devices.chardev import Character
    from vsh.xml.domain.devices.controller import Controller
    from vsh.xml.domain.devices.filesystem import FileSystem
    from vsh.xml.domain.devices.input import Input
    from vsh.xml.domain.devices.memory import MemoryDevice
    from vsh.xml.domain.devices.shmem import Shmem
    from vsh.xml.domain.devices.vsock import Vsock
    from vsh.xml.domain.devices.watchdog import Watchdog

LIVE, CONFIG = DomainModificationImpact.LIVE, DomainModificationImpact.CONFIG
_PLUGGABLE = (
    "disks", "controllers", "interfaces", "hostdevs", "redirdevs", "rngs", "memory_devices",
    "shmems", "watchdogs", "inputs", "vsock", "filesystems", *CHARACTERS,
)  # fmt: skip


def attach(hypervisor: Hypervisor, guest: Guest, xml: str, flags: int) -> None:
    """Attach the device that a document describes; nothing is changed where anything fails."""
    flags = guest.impact(flags)
    live, config = guest.both(flags)
    changed = mac = None
    emulator = hypervisor.emulator(guest.definition.emulator)
    if config is not None:
        changed = definitions.reread(config)
        field, device = read_device(xml, changed, emulator, inactive=True, new=True)
        can = hypervisor.capabilities(str(changed.emulator))
        check_program(changed, field, device, can)
        mac = device.mac if isinstance(device, Interface) else None
        displays.check_encryption(hypervisor, device)
        check_alias(changed, device)
        check_fits(changed, field, device)
        configuration.attach(changed, field, device)
        if isinstance(device, Disk) and device.type == "volume" and device.source is not None:
            pool_volumes.find(hypervisor, device.source.pool, device.source.volume)
        configuration.complete(changed, emulator, new=True)
        definitions.resting(changed)  # what could not be read again is refused
    if live is not None:
        field, device = read_device(xml, live, emulator, inactive=True, new=True, live=True)
        check_program(live, field, device, hypervisor.capabilities(str(live.emulator)))
        displays.check_encryption(hypervisor, device)
        if mac is not None and isinstance(device, Interface):
            device.mac = mac
        check_alias(live, device)
        check_fits(live, field, device, live=True)
        _attach_live(hypervisor, guest, field, device, changed)
    if changed is not None:
        guest.assign(changed, live=False)


def _attach_live(
    hypervisor: Hypervisor, guest: Guest, field: str, device: Device, planned: Domain | None
) -> None:
    if isinstance(device, Lease):
        guest.definition.leases.append(device)
        return
    if field not in _PLUGGABLE:
        raise OperationUnsupported(
            f"live attach of device '{libvirt_name(field)}' is not supported"
        )
    if isinstance(device, Disk):
        old = next((d for d in guest.definition.disks if d.target == device.target), None)
        if old is not None and device.device in ("cdrom", "floppy"):
            with changing.Becoming(guest, planned):
                media.change(hypervisor, guest, old, device, force=False)
            telling.tell(hypervisor, guest, DomainEventID.DEVICE_ADDED, old.alias)
            return
    settle_credentials([device])
    if isinstance(device, Disk) and device.type == "volume" and device.source is not None:
        pool_volumes.find(hypervisor, device.source.pool, device.source.volume)
    on_bus = isinstance(device, HostDevice) and device.type == "scsi"
    if on_bus and not is_modern(guest.definition):  # older libvirt looks at the device later
        _controllers_of(hypervisor, guest, device)
    if field in (*CHARACTERS, "inputs"):  # whether there is room is looked at first
        can = hypervisor.capabilities(str(guest.definition.emulator))
        placing.place(guest.definition, field, copy.copy(device), asked(can))
    check = _CHECKS.get(field)
    if check is not None:
        check(guest.definition, device)
    if on_bus:
        _controllers_of(hypervisor, guest, device)
    if isinstance(device, Disk):
        newer = is_modern(guest.definition)
        if not newer:  # older libvirt looks at the image first
            _find_chain(hypervisor, guest, device)
            settle_cache(device)
        _refuse_same(guest.definition, device)
        if device.bus == "scsi":
            _controllers_of(hypervisor, guest, device)
        if newer:
            _find_chain(hypervisor, guest, device)
            settle_cache(device)
    if isinstance(device, Interface) and device.type == "network":
        cards.plug_card(hypervisor, guest.definition, device)
    try:
        with changing.Becoming(guest, planned):
            plugging.plug(hypervisor, guest, field, device)
    except BaseException:
        if isinstance(device, Interface):
            cards.unplug_card(hypervisor, device, plugged=False)
        raise
    alias = f"mem{device.alias}" if field == "memory_devices" else device.alias
    telling.tell(hypervisor, guest, DomainEventID.DEVICE_ADDED, alias)
    if field == "memory_devices":
        from vsh.drivers.qemu.devices import memory

        memory.refresh(guest.definition, guest.ask)


def _find_chain(hypervisor: Hypervisor, guest: Guest, disk: Disk) -> None:
    """Find what is below a disk's image; newer libvirt has given the image a number by then."""
    if disk.empty() or disk.type == "vhostuser":
        return
    try:
        chain.find(disk, disk.driver_type)
    except Error:
        if guest.run is not None and is_modern(guest.definition):
            guest.run.nodes += 1
            hypervisor.guests.keep(guest)
        raise


def _controllers_of(hypervisor: Hypervisor, guest: Guest, device: Device) -> None:
    """Plug in the SCSI controllers that a device needs and the guest has not."""
    from vsh.hypervisors.qemu.defaults import QemuDefaults
    from vsh.xml.domain.devices.controller import Controller

    definition = guest.definition
    number = 0 if device.address is None else device.address.controller or 0
    for index in range(number + 1):
        present = [c for c in definition.controllers if c.type == "scsi"]
        if any(c.index == index for c in present):
            continue
        model = present[-1].model if present else None
        controller = Controller(type="scsi", index=index, model=model)
        QemuDefaults(hypervisor.emulator(definition.emulator)).one(
            "controllers", controller, definition
        )
        plugging.plug(hypervisor, guest, "controllers", controller)


# ---- what cannot be plugged in


def _disk(definition: Domain, disk: Disk) -> None:
    if disk.device == "floppy":
        raise OperationUnsupported("floppy device hotplug isn't supported")


def _refuse_same(definition: Domain, disk: Disk) -> None:
    for other in definition.disks:
        if other.target == disk.target:
            raise same_target(other, disk, newest=is_modern(definition))
        for name in ("wwn", "serial"):
            value = getattr(disk, name)
            if name == "wwn" and value and value == other.wwn:
                raise ConfigUnsupported(
                    f"Disks '{other.target}' and '{disk.target}' have identical WWN"
                )
    if disk.bus not in ("usb", "virtio", "scsi") and is_modern(definition):
        raise OperationUnsupported(f"disk bus '{disk.bus}' cannot be hotplugged.")
    if disk.bus == "usb" and disk.device == "lun":
        raise ConfigUnsupported("disk device='lun' is not supported for usb bus")
    if disk.bus == "virtio" and disk.device == "cdrom":
        raise OperationUnsupported("cdrom device with virtio bus isn't supported")
    if disk.bus == "scsi":
        if disk.address is None or disk.address.type != "drive":
            kind = disk.address.type if disk.address is not None else "none"
            raise InternalError(f"unexpected disk address type {kind}")
        if _occupied(definition, disk.address):
            raise OperationInvalid("Domain already contains a disk with that address")


def _occupied(definition: Domain, address: Address) -> bool:
    """Whether there is something at a SCSI address."""
    taken = [disk.address for disk in definition.disks if disk.bus == "scsi"]
    taken += [device.address for device in definition.hostdevs]
    return any(
        each is not None and each.type == "drive" and each.numbers() == address.numbers()
        for each in taken
    )


def _controller(definition: Domain, controller: Controller) -> None:
    newer = is_modern(definition) and controller.type == "virtio-serial"
    if controller.type != "scsi" and not newer:
        raise OperationUnsupported(f"'{controller.type}' controller cannot be hot plugged.")
    if controller.index is None:
        from vsh.domains.controllers import next_index

        controller.index = next_index(definition, str(controller.type))
    if find(definition, "controllers", controller) is not None:
        raise OperationFailed(f"target {controller.type}:{controller.index} already exists")


def _interface(definition: Domain, card: Interface) -> None:
    if card.type in ("server", "client", "mcast", "internal", "udp", "null", "vds"):
        raise OperationUnsupported(
            f"hotplug of interface type of {card.type} is not implemented yet"
        )
    check_tap(card)
    if card.type == "hostdev":
        host_devices.check_card(card, newest=is_modern(definition))
    if card.type == "vdpa" and card.source is not None:
        path = str(card.source.dev)
        try:
            os.close(os.open(path, os.O_RDWR))
        except OSError as error:
            raise SystemFailure(
                f"Unable to open '{path}' for vdpa device: {error.strerror}"
            ) from None


def _hostdev(definition: Domain, device: HostDevice) -> None:
    if device.mode != "subsystem":
        raise ConfigUnsupported(f"hotplug is not supported for hostdev mode '{device.mode}'")
    if find(definition, "hostdevs", device) is not None:
        raise OperationFailed("device is already in the domain configuration")
    host_devices.check(device, newest=is_modern(definition))


def _character(definition: Domain, device: Character) -> None:
    path = given_path(device)
    if path is not None:
        check_there(path)
    if device.tag == "console" and device.target_type in (None, "serial"):
        raise ConfigUnsupported("unsupported console target type serial")
    field = next(f for f in CHARACTERS if f.startswith(device.tag))
    if find(definition, field, device) is not None or _same_socket(definition, device):
        raise OperationInvalid("chardev already exists")


def _same_socket(definition: Domain, device: Character) -> bool:
    """Whether a channel whose socket the driver makes would have that of another."""
    if device.tag != "channel" or device.type != "unix" or device.sources or not device.name:
        return False
    return any(
        other.type == "unix"
        and other.target_type == device.target_type
        and other.name == device.name
        and bool(other.sources)
        and str(other.sources[0].path).endswith(f"/{device.name}")
        for other in definition.channels
    )


def _shmem(definition: Domain, shmem: Shmem) -> None:
    if shmem.model == "ivshmem":
        raise OperationUnsupported(f"live attach of shmem model '{shmem.model}' is not supported")


def _watchdog(definition: Domain, watchdog: Watchdog) -> None:
    if definition.watchdogs and not is_modern(definition):
        raise OperationInvalid("domain already has a watchdog")
    if watchdog.model != "i6300esb":
        modern = is_modern(definition)
        which = f"model '{watchdog.model}'" if modern else f"of model {watchdog.model}"
        raise OperationUnsupported(f"hotplug of watchdog {which} is not supported")


def _input(definition: Domain, device: Input) -> None:
    if device.type == "evdev" and is_modern(definition):
        if device.dev is None:
            raise InternalError("argument key 'evdev' must not have null value")
        check_there(device.dev)
    elif device.bus not in ("usb", "virtio"):
        raise OperationUnsupported(f"input device on bus '{device.bus}' cannot be hot plugged.")
    if device.evdev is not None:
        check_there(device.evdev)


def _vsock(definition: Domain, vsock: Vsock) -> None:
    if definition.vsock:
        raise OperationUnsupported("the domain already has a vsock device")


def _filesystem(definition: Domain, folder: FileSystem) -> None:
    if folder.driver_type != "virtiofs":
        raise OperationUnsupported("only virtiofs filesystems can be hotplugged")


def _memory(definition: Domain, device: MemoryDevice) -> None:
    from vsh.hypervisors.qemu.argv.memory import plugged_size
    from vsh.hypervisors.qemu.check.memory import check_memory

    device.size = plugged_size(definition, device)
    for problem in check_memory(definition, device):
        raise problem
    if device.path is not None:
        check_there(device.path)


_CHECKS: dict[str, Callable[..., None]] = {
    "disks": _disk,
    "controllers": _controller,
    "interfaces": _interface,
    "hostdevs": _hostdev,
    "serials": _character,
    "parallels": _character,
    "channels": _character,
    "consoles": _character,
    "shmems": _shmem,
    "watchdogs": _watchdog,
    "inputs": _input,
    "vsock": _vsock,
    "filesystems": _filesystem,
    "memory_devices": _memory,
}
