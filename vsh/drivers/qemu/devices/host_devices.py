"""Devices of the host that a guest is to have: found, or refused before QEMU is asked."""

from __future__ import annotations

import os

from vsh.drivers.host.node_device.assigning import supported
from vsh.errors import ConfigUnsupported, InternalError, OperationFailed, SystemFailure, XmlError
from vsh.hypervisors.qemu.machine import is_modern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.interface import Interface

SYSFS, DEV = "/sys", "/dev"


def check_all(definition: Definition) -> None:
    """All of a guest that is about to start.  Raises as ``check``."""
    newest = is_modern(definition)
    for device in definition.hostdevs:
        check(device, newest=newest)
    for card in definition.interfaces:
        if card.type == "hostdev":
            check_card(card, newest=newest)


def check_card(card: Interface, *, newest: bool) -> None:
    """Whether a card that is a device of the host can be handed over.  Raises ConfigUnsupported."""
    check_pci(None if card.hostdev_driver is None else card.hostdev_driver.name, newest=newest)


def check(device: HostDevice, *, newest: bool) -> None:
    """Find a device; a USB device that is named by its maker gets its address.

    Raises ConfigUnsupported where the host cannot hand over such devices, SystemFailure,
    InternalError or OperationFailed where it does not have this one.
    """
    if device.mode != "subsystem":
        return
    if device.type == "pci":
        check_pci(device.driver, newest=newest)
    elif device.type == "mdev":
        if not supported():
            raise ConfigUnsupported("Mediated host device assignment requires VFIO support")
    elif device.type == "usb":
        _find_usb(device, newest=newest)
    elif device.type == "scsi" and device.source.adapter:
        if newest:  # which looks at the device first
            scsi_generic(device)
        if device.managed == "yes":
            raise XmlError("SCSI host device doesn't support managed mode")
        scsi_generic(device)


def check_pci(driver: str | None, *, newest: bool, root: str = "") -> None:
    """Whether the host can hand over a device of its PCI bus by a driver.

    root  where the host's /sys and /dev are

    Raises ConfigUnsupported, in the words of libvirt 9.0.0 or, for a ``newest`` guest, of 12.8.0.
    """
    if newest and driver in ("kvm", "xen"):
        raise ConfigUnsupported(f"QEMU does not support device assignment mode '{driver}'")
    if driver == "kvm":
        raise ConfigUnsupported("host doesn't support legacy PCI passthrough")
    if not supported(root):
        if newest:
            raise ConfigUnsupported("VFIO PCI device assignment is not supported by the host")
        what = "VFIO PCI passthrough" if driver == "vfio" else "passthrough of host PCI devices"
        raise ConfigUnsupported(f"host doesn't support {what}")


def _entries(path: str) -> list[str]:
    """What is in a folder.  Raises SystemFailure."""
    try:
        return sorted(os.listdir(path))
    except OSError as error:
        raise SystemFailure(f"cannot open directory '{path}': {error.strerror}") from None


def scsi_generic(device: HostDevice) -> str:
    """The file of a SCSI device of the host.  Raises SystemFailure where there is none."""
    adapter, address = str(device.source.adapter), device.source.address
    host = adapter.removeprefix("scsi_host")
    numbers = [str(getattr(address, name, None) or 0) for name in ("bus", "target", "unit")]
    found = _entries(f"{SYSFS}/bus/scsi/devices/{':'.join([host, *numbers])}/scsi_generic")
    return f"{DEV}/{found[0]}" if found else DEV


def vfio(place: str) -> str:
    """The file of a PCI device that the kernel's newer way hands over.  Raises SystemFailure."""
    found = _entries(f"{SYSFS}/bus/pci/devices/{place}/vfio-dev")
    return f"{DEV}/vfio/devices/{found[0]}" if found else DEV


def _find_usb(device: HostDevice, *, newest: bool) -> None:
    source = device.source
    named = source.address is not None or source.vendor or source.product
    if newest and not named:
        raise OperationFailed(
            "No matching fields for USB device found. "
            "Vendor/product, bus/device, or bus/port required."
        )
    entries = [entry for entry in _entries(f"{SYSFS}/bus/usb/devices") if ":" not in entry]
    present = [_usb(entry) for entry in entries]
    address = source.address
    bus = int(str((address and address.bus) or "0"), 0)
    number = int(str((address and address.device) or "0"), 0)
    maker, product = (int(str(value or "0"), 0) for value in (source.vendor, source.product))
    if address is not None and address.port:  # of libvirt 12.8.0
        place = f"{bus}-{address.port}"
        here = dict(zip(entries, present, strict=True)).get(place)
        if here is None or (maker and here[2:] != (maker, product)):
            raise InternalError(
                f"Did not find matching USB device: vid:{maker:04x}, pid:{product:04x}, "
                f"bus:{bus}, device:{number}, port:{address.port}"
            )
        address.device, address.port = str(here[1]), None
        return
    if bus and (bus, number) not in [each[:2] for each in present]:
        raise InternalError(f"Did not find USB device bus:{bus} device:{number}")
    if bus or not maker:
        return
    found = [each for each in present if each[2:] == (maker, product)]
    if not found:
        raise InternalError(f"Did not find USB device {maker:04x}:{product:04x}")
    if len(found) > 1:
        raise OperationFailed(
            f"Multiple USB devices for {maker:x}:{product:x}, use <address> to specify one"
        )
    from vsh.xml.shared.host_address import HostAddress

    source.address = HostAddress(bus=str(found[0][0]), device=str(found[0][1]))


def _usb(entry: str) -> tuple[int, int, int, int]:
    """A USB device's bus, number, maker and product; zeros where the kernel does not say."""
    values = []
    for name, base in (("busnum", 10), ("devnum", 10), ("idVendor", 16), ("idProduct", 16)):
        try:
            with open(f"{SYSFS}/bus/usb/devices/{entry}/{name}") as file:
                values.append(int(file.read(), base))
        except (OSError, ValueError):
            values.append(0)
    bus, number, maker, product = values
    return bus, number, maker, product
