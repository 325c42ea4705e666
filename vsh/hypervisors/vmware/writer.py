"""Writing the entries of a VMX configuration."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.vmware.files import Files
    from vsh.xml.domain.devices.address import Address


class Writer:
    """Lines of a configuration."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.lines: list[str] = []

    def add(self, name: str, value: object) -> None:
        """One entry."""
        shown = {True: "true", False: "false"}[value] if isinstance(value, bool) else value
        self.lines.append(f'{name} = "{shown}"\n')

    def slot(self, prefix: str, address: Address | None) -> None:
        """Where a device is on the PCI buses, if that is said: all in one number."""
        if address is None or address.type != "pci" or address.pci_empty():
            return
        parts = (address.bus, address.slot, address.function)
        bus, slot, function = (int(str(part or 0), 0) for part in parts)
        if bus > 0x1F or address.domain not in (None, 0, "0x0000"):
            raise ConfigUnsupported(f"{prefix}: VMX cannot express a PCI bus of this number")
        self.add(f"{prefix}.pciSlotNumber", function << 10 | bus << 5 | slot)
