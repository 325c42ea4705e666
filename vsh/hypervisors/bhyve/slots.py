"""Where bhyve's devices sit on its one PCI bus."""

from __future__ import annotations

from vsh.errors import InternalError, XmlError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.xml.domain import Domain

_LAST = 31
_BRIDGE = 1


def assign(domain: Domain) -> None:
    """Give every device that needs one a slot, in libvirt's order."""
    used = _taken(domain)
    if _BRIDGE not in used:
        used[_BRIDGE] = {0}
        for controller in domain.controllers:
            if controller.type == "isa" and _wanted(controller):
                controller.address = _address(_BRIDGE)
                break
    for controller in domain.controllers:
        kind, model = controller.type, controller.model
        on_bus = kind in ("pci", "sata", "isa") or (kind, model) == ("usb", "nec-xhci")
        if on_bus and model != "pci-root":
            _give(controller, used)
    for card in domain.interfaces:
        _give(card, used)
    for disk in domain.disks:
        if disk.bus == "virtio":
            if disk.address is not None and disk.address.type != "pci":
                disk.address = None
            _give(disk, used)
    for kind in ("videos", "sounds", "filesystems", "rngs"):
        for device in getattr(domain, kind):
            _give(device, used)


def number(value: Any) -> int:
    """A number of an address, which may be text."""
    return int(value, 0) if isinstance(value, str) else value or 0


def _wanted(device: Any) -> bool:
    address = device.address
    return address is None or (address.type == "pci" and address.pci_empty())


def _address(slot: int) -> Any:
    from vsh.xml.domain.devices.address import Address

    return Address(type="pci", domain=0, bus=0, slot=slot, function=0)


def _taken(domain: Domain) -> dict[int, set[int]]:
    """The slots and their functions that the document gives."""
    used: dict[int, set[int]] = {}
    for device in domain.devices():
        address = getattr(device, "address", None)
        if address is None or isinstance(address, str) or address.type != "pci":
            continue
        if address.pci_empty():
            continue
        where = [number(getattr(address, name)) for name in ("domain", "bus", "slot", "function")]
        shown = "{:04x}:{:02x}:{:02x}.{:x}".format(*where)
        if where[0]:
            raise XmlError(f"Invalid PCI address {shown}. Only PCI domain 0 is available")
        if where[1]:
            raise XmlError(f"Invalid PCI address {shown}. Only PCI buses up to 0 are available")
        functions = used.setdefault(where[2], set())
        if where[3] in functions:
            raise XmlError(f"Attempted double use of PCI Address {shown}")
        functions.add(where[3])
    return used


def _give(device: Any, used: dict[int, set[int]]) -> None:
    if not _wanted(device):
        return
    for slot in range(1, _LAST + 1):
        if slot not in used:
            used[slot] = {0}
            device.address = _address(slot)
            return
    raise InternalError("No more available PCI slots")
