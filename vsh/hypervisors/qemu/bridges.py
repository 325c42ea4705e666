"""What the PCI controllers of a QEMU guest are called in QEMU, and their numbers."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported
from vsh.hypervisors.qemu.machine import is_pseries

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.qemu.emulator import Emulator
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices.controller import Controller

_NAMES = {
    "pci-bridge": "pci-bridge",
    "dmi-to-pci-bridge": "i82801b11-bridge",
    "pcie-to-pci-bridge": "pcie-pci-bridge",
    "pcie-switch-upstream-port": "x3130-upstream",
    "pcie-switch-downstream-port": "xio3130-downstream",
    "pci-expander-bus": "pxb",
    "pcie-expander-bus": "pxb-pcie",
}


def settle(controller: Controller, domain: Domain, emulator: Emulator) -> None:
    """The model's name and the numbers of a PCI controller."""
    model, index = controller.model, controller.index
    address = controller.address
    slot, function, bus = (
        (address.slot or 0, address.function or 0, address.bus or 0)
        if address is not None and address.type == "pci"
        else (0, 0, 0)
    )
    if controller.model_name is None:
        name = _NAMES.get(str(model))
        if model == "pcie-root-port":
            name = "pcie-root-port" if "pcie-root-port" in emulator.can else "ioh3420"
        elif model == "pci-root" and is_pseries(domain):
            name = "spapr-pci-host-bridge"
        controller.model_name = name
    if model == "pci-bridge":
        if controller.chassis_number is None:
            controller.chassis_number = index
        if (index or 0) <= bus:
            raise ConfigUnsupported(
                f"PCI controller at index {index} (0x{index:02x}) has bus='0x{bus:02x}', but "
                "index must be larger than bus"
            )
    elif model in ("pcie-root-port", "pcie-switch-downstream-port"):
        if controller.chassis is None:
            controller.chassis = index
        if controller.port is None:
            controller.port = (slot << 3) + function if model == "pcie-root-port" else slot
    elif model in ("pci-expander-bus", "pcie-expander-bus"):
        if controller.bus_number is None:
            controller.bus_number = _bus_number(domain, bus)
    elif model == "pci-root" and is_pseries(domain) and controller.target_index is None:
        controller.target_index = _target_index(domain, bus) if index else 0


def _bus_number(domain: Domain, bus: int) -> int:
    """Below the lowest in use, with room for the bridge that is a part of an expander bus."""
    numbers = [c.bus_number for c in domain.controllers if c.bus_number is not None]
    lowest = min([256, *numbers])
    if lowest <= 2:
        raise ConfigUnsupported(
            "No free busNr lower than current lowest busNr is available to auto-assign to bus "
            f"{bus}. Must be manually assigned"
        )
    return int(lowest - 2)


def _target_index(domain: Domain, bus: int) -> int:
    used = {
        c.target_index
        for c in domain.controllers
        if c.type == "pci" and c.model == "pci-root" and c.model_name == "spapr-pci-host-bridge"
    }
    found = next((number for number in range(1, 32) if number not in used), None)
    if found is None:
        raise ConfigUnsupported(f"No usable target index found for {bus}")
    return found
