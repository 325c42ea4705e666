"""Where a device is, as properties of QEMU's."""

from __future__ import annotations

from vsh.errors import InternalError
from vsh.hypervisors.qemu.argv.aliases import many_buses
from vsh.hypervisors.qemu.argv.line import number
from vsh.hypervisors.qemu.argv.properties import nonzero
from vsh.hypervisors.qemu.machine import has_builtin_ide, is_modern, is_q35
from vsh.xml.domain.devices._info import is_user_alias

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.argv.line import Line
    from vsh.hypervisors.qemu.argv.properties import Properties
    from vsh.xml.domain.devices._info import Device
    from vsh.xml.domain.devices.address import Address

_PARALLEL_SCSI = ("lsilogic", "ncr53c90", "dc390", "am53c974")


def address_of(line: Line, device: Device) -> Properties:
    """The properties that say where a device is; none where QEMU decides."""
    address = device.address
    if address is None:
        return {}
    kind = address.type
    if kind == "pci":
        return _pci(line, device, address)
    if kind == "usb":
        return {
            "bus": f"{controller(line, 'usb', number(address.bus))}.0",
            "port": address.port or None,
        }
    if kind == "drive":
        return _drive(line, getattr(device, "bus", None) or "scsi", address)
    if kind == "virtio-serial":
        bus = controller(line, "virtio-serial", number(address.controller))
        return {"bus": f"{bus}.{number(address.bus)}", "nr": number(address.port)}
    if kind == "spapr-vio":
        return {"reg": nonzero(address.reg)}
    if kind == "ccw":
        places = number(address.cssid), number(address.ssid), number(address.devno)
        return {"devno": "{:x}.{:x}.{:04x}".format(*places)}
    if kind == "isa":
        return {"iobase": address.iobase or 0, "irq": nonzero(address.irq)}
    if kind == "dimm":
        return {"slot": number(address.slot), "addr": nonzero(address.base)}
    return {}


def controller(line: Line, kind: str, index: int) -> str:
    """The name of a controller.  Raises InternalError where there is none."""
    for each in line.domain.controllers:
        if each.type == kind and (each.index or 0) == index:
            return line.alias(each)
    word = "could" if is_modern(line.domain) else "Could"
    raise InternalError(f"{word} not find {kind} controller with index {index} required for device")


def _pci(line: Line, device: Device, address: Address) -> Properties:
    slot, function = number(address.slot), number(address.function)
    place = f"0x{slot:x}.0x{function:x}" if function else f"0x{slot:x}"
    return {
        "bus": _pci_bus(line, number(address.bus), address),
        "multifunction": address.multifunction,
        "addr": place,
        "acpi-index": nonzero(device.acpi_index),
    }


def _pci_bus(line: Line, index: int, address: Address) -> str:
    for each in line.domain.controllers:
        if each.type != "pci" or (each.index or 0) != index:
            continue
        alias = line.alias(each)
        if is_user_alias(alias):
            # what belongs to the board keeps QEMU's name
            if each.model == "pcie-root":
                return "pcie.0"
            if each.model == "pci-root" and not each.target_index:
                return "pci.0" if many_buses(line.domain) else "pci"
        if each.model_name == "spapr-pci-host-bridge" and each.target_index:
            return f"{alias}.0"
        return alias
    places = [number(getattr(address, name)) for name in ("domain", "bus", "slot", "function")]
    shown = "{:04x}:{:02x}:{:02x}.{:x}".format(*places)
    raise InternalError(
        f"Could not find PCI controller with index '{index}' required for device at address "
        f"'{shown}'"
    )


def _drive(line: Line, bus: str, address: Address) -> Properties:
    index, unit = number(address.controller), number(address.unit)
    if bus == "ide":
        name = "ide" if has_builtin_ide(line.domain) else controller(line, "ide", index)
        return {"bus": f"{name}.{number(address.bus)}", "unit": unit}
    if bus == "sata":
        own = is_q35(line.domain) and index == 0
        return {"bus": f"{'ide' if own else controller(line, 'sata', index)}.{unit}"}
    if bus == "fdc":
        return {"unit": unit}
    if bus == "nvme":
        return {"bus": controller(line, "nvme", index), "nsid": unit + 1}
    if bus != "scsi":
        raise InternalError(f"address type drive is not supported for bus '{bus}'")
    for each in line.domain.controllers:
        if each.type == "scsi" and (each.index or 0) == index:
            alias = line.alias(each)
            if each.model in _PARALLEL_SCSI:
                return {"bus": f"{alias}.{number(address.bus)}", "scsi-id": unit}
            return {
                "bus": f"{alias}.0", "channel": number(address.bus),
                "scsi-id": number(address.target), "lun": unit,
            }  # fmt: skip
    raise InternalError(f"unable to find a SCSI controller for idx={index}")
