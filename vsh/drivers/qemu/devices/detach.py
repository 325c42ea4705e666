"""Detaching a device: from the configuration, from what runs, or from both.

A guest that runs is asked to let go of the device.  When it has, QEMU says so, which may be at
once, later, or never; what stood behind the device goes then.
"""

from __future__ import annotations

import select
import time

from vsh.drivers.qemu import cards, changing, definitions, telling, vcpus
from vsh.drivers.qemu.blocks import jobs
from vsh.drivers.qemu.devices import configuration, plugging
from vsh.drivers.qemu.devices.finding import by_alias, find
from vsh.drivers.qemu.devices.kinds import CHARACTERS
from vsh.drivers.qemu.devices.reading import libvirt_name, read_device
from vsh.drivers.qemu.monitor import CommandRefused
from vsh.drivers.state.attempts import Attempt
from vsh.drivers.state.locks import Aside
from vsh.errors import (
    ConfigUnsupported,
    DeviceMissing,
    InternalError,
    InvalidArgument,
    OperationFailed,
    OperationInvalid,
    OperationUnsupported,
)
from vsh.hypervisors.qemu.machine import is_modern
from vsh.words.domain import DomainModificationImpact
from vsh.words.event_id import DomainEventID
from vsh.xml.domain.devices.chardev import Channel, Character
from vsh.xml.domain.devices.disk import Disk
from vsh.xml.domain.devices.input import Input
from vsh.xml.domain.devices.interface import Interface
from vsh.xml.domain.devices.lease import Lease
from vsh.xml.domain.devices.memory import MemoryDevice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.controller import Controller
    from vsh.xml.domain.devices.filesystem import FileSystem
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.redirdev import RedirDevice
    from vsh.xml.domain.devices.rng import Rng
    from vsh.xml.domain.devices.shmem import Shmem
    from vsh.xml.domain.devices.vsock import Vsock
    from vsh.xml.domain.devices.watchdog import Watchdog

LIVE, CONFIG = DomainModificationImpact.LIVE, DomainModificationImpact.CONFIG
_BACKENDS = {"virtio": "random", "virtio-transitional": "egd", "virtio-non-transitional": "builtin"}
WAIT = 5.0
"""Seconds that a guest has to let go of a device before who asked is told that it was asked."""


def detach(hypervisor: Hypervisor, guest: Guest, xml: str, flags: int) -> None:
    """Detach the device that a document means."""
    flags = guest.impact(flags)
    live, config = guest.both(flags)
    emulator = hypervisor.emulator(guest.definition.emulator)
    inactive = live is None
    changed = None
    if config is not None:
        changed = definitions.reread(config)
        field, wanted = read_device(
            xml, guest.definition, emulator, inactive=inactive, validate=False, live=guest.active
        )
        configuration.detach(changed, field, wanted)
        configuration.complete(changed, emulator)
    if live is not None:
        field, wanted = read_device(xml, live, emulator, inactive=False, validate=False, live=True)
        device = _meant(live, field, wanted)
        with changing.Becoming(guest, changed):
            _detach_live(hypervisor, guest, field, device, wait=WAIT)
    if changed is not None:
        guest.assign(changed, live=False)


def detach_alias(hypervisor: Hypervisor, guest: Guest, alias: str, flags: int) -> None:
    """Ask the guest to let go of the device of an alias; nobody waits for it."""
    flags = guest.impact(flags)
    live, config = guest.both(flags)
    emulator = hypervisor.emulator(guest.definition.emulator)
    changed = None
    if config is not None:
        changed = definitions.reread(config)
        field, wanted = by_alias(changed, alias)
        configuration.detach(changed, field, wanted)
        configuration.complete(changed, emulator)
    if live is not None:
        field, wanted = by_alias(live, alias)
        device = _meant(live, field, wanted)
        with changing.Becoming(guest, changed):
            _detach_live(hypervisor, guest, field, device, wait=0)
    if changed is not None:
        guest.assign(changed, live=False)


def _meant(definition: Domain, field: str, wanted: Device) -> Device | Lease:
    """The device that is to go, if it is of a kind that can.  Raises Error."""
    check = _CHECKS.get(field)
    if check is None:
        raise OperationUnsupported(
            f"live detach of device '{libvirt_name(field)}' is not supported"
        )
    return check(definition, wanted)


def _detach_live(
    hypervisor: Hypervisor, guest: Guest, field: str, device: Device | Lease, *, wait: float
) -> None:
    run = guest.running
    if isinstance(device, Lease):
        guest.definition.leases.remove(device)
        return
    if isinstance(device, Disk):
        jobs.check_free(guest, device)
    _check_place(guest.definition, field, device)
    if isinstance(device, Channel) and device.target_type == "guestfwd":
        guest.ask("netdev_del", {"id": device.alias})
        _gone(hypervisor, guest, field, device)
        return
    if isinstance(device, Input) and device.type == "evdev" and is_modern(guest.definition):
        _gone(hypervisor, guest, field, device)  # an object, which goes at once
        return
    alias = str(device.alias)
    run.refused.discard(alias)
    run.unplugging.add(alias)
    with hypervisor.state.act():
        hypervisor.guests.keep(guest)
        changing.begin(hypervisor, guest, "unplug", {"alias": alias})
    try:
        _let_go(hypervisor, guest, field, device, wait)
    except BaseException:
        changing.over(hypervisor, guest)
        raise
    changing.done(hypervisor, guest)


def _let_go(hypervisor: Hypervisor, guest: Guest, field: str, device: Device, wait: float) -> None:
    """Ask a guest to let go of a device.  Raises CommandRefused, OperationFailed."""
    alias, run = str(device.alias), guest.running
    try:
        guest.ask("device_del", {"id": alias})
    except CommandRefused as refused:
        run.unplugging.discard(alias)
        if refused.kind != "DeviceNotFound":
            raise
        _gone(hypervisor, guest, field, device)
        return
    if wait:
        _await(hypervisor, guest, device, wait)


def _await(hypervisor: Hypervisor, guest: Guest, device: Device, seconds: float) -> None:
    """Wait until a guest has let go of a device, or has refused to, or the time is over."""
    until = time.monotonic() + seconds
    run = guest.run
    while run is not None and guest.run is run and device.alias in run.unplugging:
        left = until - time.monotonic()
        if left <= 0:
            return
        poll = select.poll()
        poll.register(run.monitor.fileno(), select.POLLIN)
        with Aside(guest.lock):
            poll.poll(min(left, 0.1) * 1000)  # somebody else may read what QEMU says
        hypervisor.digest(guest)
    if run is not None and device.alias in run.refused:
        raise OperationFailed("unplug of device was rejected by the guest")


def left(hypervisor: Hypervisor, guest: Guest, alias: str) -> None:
    """QEMU says that a device has left its guest.

    Where it does not say what else there is to know the device is still awaited.
    """
    run = guest.run
    if run is not None:
        run.unplugging.discard(alias)
    try:
        field, device = by_alias(guest.definition, alias)
    except InternalError:
        vcpus.left(hypervisor, guest, alias)
        return
    with Attempt(lambda: None if run is None else run.unplugging.add(alias)):
        _gone(hypervisor, guest, field, device)


def _gone(hypervisor: Hypervisor, guest: Guest, field: str, device: Device) -> None:
    """A device is no part of what runs any more."""
    plugging.unplugged(hypervisor, guest, field, device)
    if isinstance(device, Interface):
        cards.unplug_card(hypervisor, device)
    definition = guest.definition
    if not any(each is device for each in getattr(definition, field)):
        return  # another thread has seen to it, or QEMU has ended, while QEMU was asked
    if isinstance(device, Character):
        configuration.remove_character(definition, field, device)
    else:
        getattr(definition, field).remove(device)
    if isinstance(device, MemoryDevice):
        definition.memory = int(definition.memory or 0) - device.size
        from vsh.drivers.qemu.devices import memory

        memory.refresh(guest.definition, guest.ask)
    hypervisor.guests.keep(guest)
    alias = f"mem{device.alias}" if field == "memory_devices" else device.alias
    telling.tell(hypervisor, guest, DomainEventID.DEVICE_REMOVED, alias)


def _check_place(definition: Domain, field: str, device: Device) -> None:
    """Refuse what shares its slot, or is where nothing is unplugged.  Raises OperationFailed."""
    address = device.address
    if address is None or address.type != "pci":
        return
    from vsh.domains.pci import Place, placed, present

    where = Place.of(address)
    what = f"cannot hot unplug {libvirt_name(field)} device with"
    for other in placed(definition):
        if other is not device and present(other) and other.address is not None:
            there = Place.of(other.address)
            if (there.domain, there.bus, there.slot) == (where.domain, where.bus, where.slot):
                raise OperationFailed(f"{what} multifunction PCI guest address: {where}")
    controller = next(
        (c for c in definition.controllers if c.type == "pci" and (c.index or 0) == where.bus), None
    )
    if controller is None:
        raise OperationFailed(f"{what} PCI guest address: {where} - controller not found")
    if controller.hotplug is False:
        raise OperationFailed(f"{what} PCI guest address: {where} - not allowed by controller")


# ---- what can leave a guest that runs


def _disk(definition: Domain, wanted: Disk) -> Disk:
    disk = find(definition, "disks", wanted)
    if disk is None:
        raise DeviceMissing(f"disk {wanted.target or '(null)'} not found")
    if disk.device in ("disk", "lun"):
        if disk.bus not in ("virtio", "usb", "scsi"):
            raise OperationUnsupported("This type of disk cannot be hot unplugged")
    elif disk.device != "cdrom" or disk.bus not in ("usb", "scsi"):
        raise OperationUnsupported(f"disk device type '{disk.device}' cannot be detached")
    return disk


def _interface(definition: Domain, wanted: Interface) -> Interface:
    card = find(definition, "interfaces", wanted)
    assert card is not None  # or an error was raised
    return card


def _controller(definition: Domain, wanted: Controller) -> Controller:
    if wanted.type != "scsi":
        raise OperationUnsupported(f"'{wanted.type}' controller cannot be hot unplugged.")
    controller = find(definition, "controllers", wanted)
    if controller is None:
        index = -1 if wanted.index is None else wanted.index
        raise DeviceMissing(f"controller {wanted.type}:{index} not found")
    on_it = [disk.address for disk in definition.disks if disk.bus == "scsi"]
    on_it += [device.address for device in definition.hostdevs]
    if any(
        each is not None and each.type == "drive" and (each.controller or 0) == controller.index
        for each in on_it
    ):
        raise OperationFailed("device cannot be detached: device is busy")
    return controller


def _hostdev(definition: Domain, wanted: HostDevice) -> HostDevice:
    if wanted.mode != "subsystem":
        raise ConfigUnsupported(f"hot unplug is not supported for hostdev mode '{wanted.mode}'")
    device = find(definition, "hostdevs", wanted)
    if device is not None:
        return device
    source = wanted.source
    address = source.address

    def number(name: str) -> int:
        return int(str(getattr(address, name, None) or 0), 0)

    if wanted.type == "pci":
        place = [number(name) for name in ("domain", "bus", "slot", "function")]
        raise DeviceMissing("host pci device {:04x}:{:02x}:{:02x}.{:x} not found".format(*place))
    if wanted.type == "usb":
        if number("bus") and number("device"):
            raise DeviceMissing(
                f"host usb device {number('bus'):03d}.{number('device'):03d} not found"
            )
        vendor, product = (int(str(v or 0), 0) for v in (source.vendor, source.product))
        raise DeviceMissing(
            f"host usb device vendor=0x{vendor:04x} product=0x{product:04x} not found"
        )
    if wanted.type == "mdev":
        raise DeviceMissing(f"mediated device '{address and address.uuid}' not found")
    if wanted.type == "scsi_host":
        raise DeviceMissing(f"host scsi_host device {source.wwpn} not found")
    if source.protocol == "iscsi":
        raise DeviceMissing(f"host scsi iSCSI path {source.name} not found")
    raise DeviceMissing(
        f"host scsi device {source.adapter}:{number('bus')}:{number('target')}.{number('unit')} "
        "not found"
    )


def _watchdog(definition: Domain, wanted: Watchdog) -> Watchdog:
    meant = find(definition, "watchdogs", wanted)
    if is_modern(definition):
        if meant is None:
            raise OperationInvalid("no matching watchdog was found")
        present = meant
    elif not definition.watchdogs:
        raise DeviceMissing("watchdog device not present in domain configuration")
    else:
        present = definition.watchdogs[0]
        if meant is None or not (_has_place(wanted) or not _has_place(present)):
            raise DeviceMissing(
                f"model '{present.model}' watchdog device not present in domain configuration"
            )
    if present.model != "i6300esb":
        raise OperationUnsupported(
            f"hot unplug of watchdog of model {present.model} is not supported"
        )
    return present


def _has_place(device: Watchdog) -> bool:
    return device.address is not None and device.address.type is not None


def _input(definition: Domain, wanted: Input) -> Input:
    device = find(definition, "inputs", wanted)
    if device is None:
        raise DeviceMissing("matching input device not found")
    if device.bus in ("ps2", "xen", "parallels"):
        raise OperationUnsupported(f"input device on bus '{device.bus}' cannot be detached")
    return device


def _filesystem(definition: Domain, wanted: FileSystem) -> FileSystem:
    device = find(definition, "filesystems", wanted)
    if device is None:
        raise DeviceMissing("matching filesystem not found")
    if device.driver_type != "virtiofs":
        raise OperationUnsupported("only virtiofs filesystems can be hotplugged")
    return device


def _shmem(definition: Domain, wanted: Shmem) -> Shmem:
    device = find(definition, "shmems", wanted)
    if device is None:
        raise DeviceMissing(
            f"model '{wanted.model}' shmem device not present in domain configuration"
        )
    if device.model == "ivshmem":
        raise OperationUnsupported(f"live detach of shmem model '{device.model}' is not supported")
    return device


def _redirdev(definition: Domain, wanted: RedirDevice) -> RedirDevice:
    device = find(definition, "redirdevs", wanted)
    if device is None:
        raise OperationInvalid("no matching redirdev was not found")
    return device


def _rng(definition: Domain, wanted: Rng) -> Rng:
    device = find(definition, "rngs", wanted)
    if device is None:
        model = _BACKENDS[str(wanted.model)]  # libvirt takes its number for that of a back end
        raise DeviceMissing(f"model '{model}' RNG device not present in domain configuration")
    return device


def _memory(definition: Domain, wanted: MemoryDevice) -> MemoryDevice:
    from vsh.hypervisors.qemu.argv.memory import plugged_size

    wanted.size = plugged_size(definition, wanted)
    device = find(definition, "memory_devices", wanted)
    if device is None:
        raise DeviceMissing(
            f"model '{wanted.model}' memory device not present in the domain configuration"
        )
    return device


def _vsock(definition: Domain, wanted: Vsock) -> Vsock:
    device = find(definition, "vsock", wanted)
    if device is None:
        raise DeviceMissing("matching vsock device not found")
    return device


def _lease(definition: Domain, wanted: Lease) -> Lease:
    device = find(definition, "leases", wanted)
    if device is None:
        raise InvalidArgument(
            f"Lease {wanted.key} in lockspace {wanted.lockspace or '<null>'} does not exist"
        )
    return device


def _character(field: str) -> Callable[[Domain, Character], Character]:
    def check(definition: Domain, wanted: Character) -> Character:
        device = find(definition, field, wanted)
        if device is None:
            raise DeviceMissing(
                f"chr type '{wanted.tag}' device not present in domain configuration"
            )
        return device

    return check


_CHECKS: dict[str, Callable[..., Device | Lease]] = {
    "disks": _disk,
    "controllers": _controller,
    "interfaces": _interface,
    "hostdevs": _hostdev,
    "watchdogs": _watchdog,
    "inputs": _input,
    "filesystems": _filesystem,
    "shmems": _shmem,
    "redirdevs": _redirdev,
    "rngs": _rng,
    "memory_devices": _memory,
    "vsock": _vsock,
    "leases": _lease,
    **{field: _character(field) for field in CHARACTERS},
}
