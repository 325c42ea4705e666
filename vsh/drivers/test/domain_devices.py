"""Devices that come and go while a guest runs: disks, interfaces and host devices."""

from __future__ import annotations

from vsh.drivers import _events as events
from vsh.drivers.test import definitions, device_model
from vsh.drivers.test._part import Part
from vsh.drivers.test.world import CONFIG, LIVE
from vsh.errors import (
    ConfigUnsupported,
    InternalError,
    InvalidArgument,
    OperationUnsupported,
    XmlError,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.drivers.test.world import Vm


class DomainDevices(Part):
    """Attaching, updating and detaching."""

    def domain_attach_device(self, domain: Any, xml: str) -> None:
        self.domain_attach_device_flags(domain, xml, 0)

    def domain_attach_device_flags(self, domain: Any, xml: str, flags: int = 0) -> None:
        with self.domain(domain) as vm:
            flags = vm.impact(flags)
            self.accept(flags, LIVE, "testDomainAttachDeviceLiveAndConfig")
            kind, device = device_model.device(xml, vm.definition)
            device_model.check_fits(vm.definition, device)
            self._attach(vm, kind, device)

    def _attach(self, vm: Vm, kind: str, device: Any) -> None:
        if kind == "interface":
            _attach_interface(vm, device)
        elif kind == "hostdev":
            if device.mode != "subsystem":
                raise ConfigUnsupported(
                    f"hotplug is not supported for hostdev mode '{device.mode}'"
                )
            if device.type != "pci":
                raise ConfigUnsupported(
                    f"hotplug is not supported for hostdev subsys type '{device.type}'"
                )
            device_model.hostdevs(vm.definition).append(device)
        elif kind == "disk":
            _attach_disk(vm, device)
        else:
            raise OperationUnsupported(
                f"live attach of device '{device_model.libvirt_name(kind)}' is not supported"
            )
        if device.alias is not None:
            self.emit_domain(vm, events.DEVICE_ADDED, device.alias)

    def domain_update_device_flags(self, domain: Any, xml: str, flags: int = 0) -> None:
        self.accept(flags, LIVE | CONFIG, "testDomainUpdateDeviceFlags")
        with self.domain(domain) as vm:
            live, planned = vm.both(flags)
            updated = None
            inactive = live is None
            if planned is not None:
                updated = definitions.copied(planned)
                _update(updated, *device_model.device(xml, planned, inactive=inactive))
            if live is not None:
                _update(live, *device_model.device(xml, live, inactive=inactive))
            if updated is not None:
                vm.assign(updated, live=False)
                self.emit_domain(vm, events.LIFECYCLE, events.DEFINED, 1)

    def domain_detach_device_alias(self, domain: Any, alias: str, flags: int = 0) -> None:
        with self.domain(domain) as vm:
            flags = vm.impact(flags)
            self.accept(flags, LIVE, "testDomainDetachDeviceAliasLiveAndConfig")
            live, _ = vm.both(flags)
            kind, device = device_model.by_alias(live, alias)
            if device is None:
                raise InternalError(f"no device found with alias {alias}")
            self._detach(vm, kind, device)

    def _detach(self, vm: Vm, kind: str, device: Any) -> None:
        if kind == "interface":
            if device.type not in ("ethernet", "bridge"):
                raise OperationUnsupported(
                    f"live detach of interface type {device.type} is not implemented yet"
                )
            device_model.interfaces(vm.definition).remove(device)
        elif kind == "hostdev":
            if device.mode != "subsystem":
                raise ConfigUnsupported(
                    f"hot unplug is not supported for hostdev mode '{device.mode}'"
                )
            device_model.hostdevs(vm.definition).remove(device)
        elif kind == "disk":
            _check_unplug(device)
            device_model.disks(vm.definition).remove(device)
        else:
            raise OperationUnsupported(
                f"live detach of device '{device_model.libvirt_name(kind)}' is not supported"
            )
        self.emit_domain(vm, events.DEVICE_REMOVED, device.alias)


def _attach_interface(vm: Vm, device: Any) -> None:
    interfaces = device_model.interfaces(vm.definition)
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


def _attach_disk(vm: Vm, device: Any) -> None:
    from vsh.xml.domain.order import insert_disk

    disks = device_model.disks(vm.definition)
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
            raise XmlError(
                f"target '{target}' duplicated for disk sources "
                f"'{device_model.path(disk) or '<null>'}' and "
                f"'{device_model.path(device) or '<null>'}'"
            )
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
        device.alias = f"{bus}-disk{disk_number(target)}"
    insert_disk(vm.definition, device)


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


def _check_unplug(disk: Any) -> None:
    bus = disk.bus
    if disk.device in ("disk", "lun"):
        if bus not in ("virtio", "usb", "scsi"):
            raise OperationUnsupported("This type of disk cannot be hot unplugged")
    elif disk.device == "floppy" or bus not in ("usb", "scsi"):
        raise OperationUnsupported(f"disk device type '{disk.device}' cannot be detached")


def _update(definition: Any, kind: str, device: Any) -> None:
    if kind != "disk":
        raise OperationUnsupported(
            f"persistent update of device '{device_model.libvirt_name(kind)}' is not supported"
        )
    target = device.target
    disks = device_model.disks(definition)
    for place, disk in enumerate(disks):
        if disk.target == target:
            device_model.check_fits(definition, device, disk)
            disks[place] = device
            return
    raise InvalidArgument(f"target {target} doesn't exist.")
