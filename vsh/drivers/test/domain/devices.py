"""Devices that come and go while a guest runs; keys, signals and the screen."""

from __future__ import annotations

import time

from vsh.api.domain import Domain, devices
from vsh.api.domain.records import InterfaceStats
from vsh.api.types import TypedParams
from vsh.domains.check_duplicates import same_target
from vsh.drivers.state import card_limits
from vsh.drivers.state.streams import Bytes
from vsh.drivers.test import definitions, device_model
from vsh.drivers.test.part import TestPart
from vsh.errors import ConfigUnsupported, InternalError, InvalidArgument, OperationUnsupported
from vsh.words.domain import DomainModificationImpact
from vsh.words.event import DomainEventType
from vsh.words.event_id import DomainEventID
from vsh.words.parameter import TypedParameterFlags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.stream import Stream
    from vsh.drivers.test.guest import Guest
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.disk import Disk
    from vsh.xml.domain.devices.interface import Interface
    from vsh.xml.engine.element import Element


_SIGNALS = 65
# the picture that libvirt's driver shows: as many pixels, as many bytes
_WIDTH, _HEIGHT, _SCREEN_SIZE = 1120, 832, 33443


class Devices(TestPart, answers=devices):
    """Answers about devices."""

    def attach_device(self, domain: Domain, xml: str) -> None:
        self.attach_device_flags(domain, xml, 0)

    def attach_device_flags(self, domain: Domain, xml: str, flags: int = 0) -> None:
        with self.guests.modify(domain) as guest:
            flags = guest.impact(flags)
            self.accept(flags, DomainModificationImpact.LIVE, "testDomainAttachDeviceLiveAndConfig")
            device = device_model.device(xml, guest.definition)
            device_model.check_fits(guest.definition, device)
            self._attach(guest, device)

    def update_device_flags(self, domain: Domain, xml: str, flags: int = 0) -> None:
        self.accept(
            flags,
            DomainModificationImpact.LIVE | DomainModificationImpact.CONFIG,
            "testDomainUpdateDeviceFlags",
        )
        with self.guests.modify(domain) as guest:
            live, planned = guest.both(flags)
            updated = None
            inactive = live is None
            if planned is not None:
                updated = definitions.copied(planned)
                _update(updated, device_model.device(xml, planned, inactive=inactive))
            if live is not None:
                _update(live, device_model.device(xml, live, inactive=inactive))
            if updated is not None:
                guest.assign(updated, live=False)
                self.tell_guest(guest, DomainEventID.LIFECYCLE, DomainEventType.DEFINED, 1)

    def detach_device_alias(self, domain: Domain, alias: str, flags: int = 0) -> None:
        with self.guests.modify(domain) as guest:
            flags = guest.impact(flags)
            self.accept(
                flags, DomainModificationImpact.LIVE, "testDomainDetachDeviceAliasLiveAndConfig"
            )
            device = device_model.by_alias(guest.definition, alias)
            if device is None:
                raise InternalError(f"no device found with alias {alias}")
            self._detach(guest, device)

    def _attach(self, guest: Guest, device: Device) -> None:
        from vsh.xml.domain.devices.disk import Disk
        from vsh.xml.domain.devices.hostdev import HostDevice
        from vsh.xml.domain.devices.interface import Interface

        if isinstance(device, Interface):
            _attach_interface(guest, device)
        elif isinstance(device, HostDevice):
            if device.mode != "subsystem":
                raise ConfigUnsupported(
                    f"hotplug is not supported for hostdev mode '{device.mode}'"
                )
            if device.type != "pci":
                raise ConfigUnsupported(
                    f"hotplug is not supported for hostdev subsys type '{device.type}'"
                )
            guest.definition.hostdevs.append(device)
        elif isinstance(device, Disk):
            _attach_disk(guest, device)
        else:
            raise OperationUnsupported(
                f"live attach of device '{device_model.libvirt_name(device.tag)}' is not supported"
            )
        if device.alias is not None:
            self.tell_guest(guest, DomainEventID.DEVICE_ADDED, device.alias)

    def _detach(self, guest: Guest, device: Element) -> None:
        from vsh.xml.domain.devices.disk import Disk
        from vsh.xml.domain.devices.hostdev import HostDevice
        from vsh.xml.domain.devices.interface import Interface

        if isinstance(device, Interface):
            if device.type not in ("ethernet", "bridge"):
                raise OperationUnsupported(
                    f"live detach of interface type {device.type} is not implemented yet"
                )
            guest.definition.interfaces.remove(device)
        elif isinstance(device, HostDevice):
            if device.mode != "subsystem":
                raise ConfigUnsupported(
                    f"hot unplug is not supported for hostdev mode '{device.mode}'"
                )
            guest.definition.hostdevs.remove(device)
        elif isinstance(device, Disk):
            _check_unplug(device)
            guest.definition.disks.remove(device)
        else:
            raise OperationUnsupported(
                f"live detach of device '{device_model.libvirt_name(device.tag)}' is not supported"
            )
        self.tell_guest(guest, DomainEventID.DEVICE_REMOVED, device.alias)

    def interface_stats(self, domain: Domain, device: str) -> InterfaceStats:
        with self.guests.query(domain, active=True) as guest:
            card_limits.find(guest.definition, device)
            now = _now()
            return InterfaceStats(
                now // 10,
                now // 100,
                now // 1000000,
                now // 2000000,
                now // 20,
                now // 110,
                now // 3000000,
                now // 4000000,
            )

    def get_interface_parameters(self, domain: Domain, device: str, flags: int = 0) -> TypedParams:
        self.accept(flags, 3 | TypedParameterFlags.STRING_OKAY, "testDomainGetInterfaceParameters")
        with self.guests.query(domain) as guest:
            return card_limits.shown(card_limits.find(guest.one(flags), device))

    def set_interface_parameters(
        self, domain: Domain, device: str, params: TypedParams, flags: int = 0
    ) -> None:
        self.accept(flags, 3, "testDomainSetInterfaceParameters")
        limits = card_limits.Limits(params)
        with self.guests.modify(domain) as guest:
            limits.apply(card_limits.find(guest.one(flags), device))

    def inject_nmi(self, domain: Domain, flags: int = 0) -> None:
        self.accept(flags, 0, "testDomainInjectNMI")
        self.guests.check(domain, active=True)

    def send_key(
        self, domain: Domain, codeset: int, hold: int, codes: list[int], flags: int = 0
    ) -> None:
        self.accept(flags, 0, "testDomainSendKey")
        self.guests.check(domain, active=True)
        from vsh.drivers.test.key_codes import KEY_SETS
        from vsh.xml.engine.values import parse_set

        name, ranges = KEY_SETS[codeset] if codeset < len(KEY_SETS) else (str(codeset), "")
        known = parse_set(ranges, 1 << 16) if ranges else ()
        for code in codes:
            if code not in known:
                raise InternalError(f"invalid keycode {code} of {name} codeset")

    def send_process_signal(self, domain: Domain, pid: int, number: int, flags: int = 0) -> None:
        self.accept(flags, 0, "testDomainSendProcessSignal")
        if pid != 1:
            raise InvalidArgument("only sending a signal to pid 1 is supported")
        if number >= _SIGNALS:
            raise InvalidArgument(f"signum value {number} is out of range")
        self.guests.check(domain)

    def screenshot(self, domain: Domain, stream: Stream, screen: int, flags: int = 0) -> str:
        self.accept(flags, 0, "testDomainScreenshot")
        stream.channel = Bytes(_screen())
        return "image/png"


def _attach_interface(guest: Guest, device: Interface) -> None:
    interfaces = guest.definition.interfaces
    if device.alias is None:
        numbers = [_number(other.alias, "net") for other in interfaces]
        device.alias = f"net{max(numbers, default=-1) + 1}"
    if device.type not in ("ethernet", "bridge"):
        raise OperationUnsupported(
            f"hotplug of interface type of {device.type} is not implemented yet"
        )
    interfaces.append(device)


def _number(alias: str | None, prefix: str) -> int:
    rest = (alias or "").removeprefix(prefix)
    return int(rest) if (alias or "").startswith(prefix) and rest.isdecimal() else -1


def _attach_disk(guest: Guest, device: Disk) -> None:
    from vsh.xml.domain.order import insert_disk

    disks = guest.definition.disks
    target = device.target
    if device.device in ("cdrom", "floppy"):
        for disk in disks:
            if disk.target == target:
                device_model.change_media(disk, device)
                return
    if device.device == "floppy":
        raise OperationUnsupported("floppy device hotplug isn't supported")
    for disk in disks:
        if disk.target == target:
            raise same_target(disk, device, newest=True)
    bus = device.bus
    if bus == "usb":
        if device.device == "lun":
            raise ConfigUnsupported("disk device='lun' is not supported for usb bus")
    elif bus == "virtio":
        if device.device == "cdrom":
            raise OperationUnsupported("cdrom device with virtio bus isn't supported")
    else:
        raise OperationUnsupported(f"disk bus '{bus}' cannot be hotplugged.")
    if device.alias is None:
        device.alias = f"{bus}-disk{disk_number(target or '')}"
    insert_disk(guest.definition, device)


def disk_number(target: str) -> int:
    """The number of a disk's target: 0 for vda, 26 for vdaa; -1 where it is no disk's name."""
    for prefix in ("fd", "hd", "vd", "sd", "xvd", "ubd"):
        letters = target.removeprefix(prefix)
        if letters != target and letters.rstrip("0123456789").isalpha():
            number = 0
            for letter in letters.rstrip("0123456789"):
                number = number * 26 + ord(letter) - ord("a") + 1
            return number - 1
    return -1


def _check_unplug(disk: Disk) -> None:
    bus = disk.bus
    if disk.device in ("disk", "lun"):
        if bus not in ("virtio", "usb", "scsi"):
            raise OperationUnsupported("This type of disk cannot be hot unplugged")
    elif disk.device == "floppy" or bus not in ("usb", "scsi"):
        raise OperationUnsupported(f"disk device type '{disk.device}' cannot be detached")


def _update(definition: Definition, device: Device) -> None:
    from vsh.xml.domain.devices.disk import Disk

    if not isinstance(device, Disk):
        raise OperationUnsupported(
            f"persistent update of device '{device_model.libvirt_name(device.tag)}' "
            "is not supported"
        )
    target = device.target
    disks = definition.disks
    for place, disk in enumerate(disks):
        if disk.target == target:
            device_model.check_fits(definition, device, disk)
            disks[place] = device
            return
    raise InvalidArgument(f"target {target} doesn't exist.")


def _now() -> int:
    return time.time_ns() // 1000


def _screen() -> bytes:
    """A black screen in PNG, filled up with a comment."""
    from zlib import compress, crc32

    def chunk(kind: bytes, content: bytes) -> bytes:
        checksum = crc32(kind + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + kind + content + checksum

    size = _WIDTH.to_bytes(4, "big") + _HEIGHT.to_bytes(4, "big")
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size + bytes((8, 0, 0, 0, 0)))
    end = chunk(b"IDAT", compress((b"\0" * (1 + _WIDTH)) * _HEIGHT)) + chunk(b"IEND", b"")
    room = _SCREEN_SIZE - len(start) - len(end) - len(chunk(b"tEXt", b""))
    return start + chunk(b"tEXt", b"Comment\0".ljust(room)) + end
