"""Where a device is on the host: PCI, USB, SCSI, mediated."""

from __future__ import annotations

from vsh.errors import InternalError, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Text
from vsh.xml.engine.text import UINT_MAX, ULONG_MAX, number
from vsh.xml.engine.values import parse_uuid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.errors import Error


class HostAddress(Element, tag="address"):
    """Where a device is on the host."""

    type = Text("@type")
    domain = Text("@domain", shape=shapes.PCI_DOMAIN)
    bus = Text("@bus", shape=shapes.PCI_DOMAIN)
    slot = Text("@slot", shape=shapes.PCI_SLOT)
    function = Text("@function", shape=shapes.PCI_FUNCTION)
    target = Text("@target", shape=shapes.NUMBER)
    unit = Text("@unit", shape=shapes.NUMBER)
    device = Text("@device")
    port = Text("@port")
    uuid = Text("@uuid", shape=shapes.UUID)

    def pci_name(self) -> str:
        """An address of PCI as the kernel writes it: ``0000:01:00.0``."""
        domain, bus, slot, function = (
            int(str(getattr(self, name) or 0), 0) for name in ("domain", "bus", "slot", "function")
        )
        return f"{domain:04x}:{bus:02x}:{slot:02x}.{function:x}"

    def settle(self, kind: str) -> Iterable[Error]:
        """Keep what counts for a kind of device, as it is written."""
        own = self.__dict__
        names = {
            "pci": ("domain", "bus", "slot", "function"),
            "usb": ("bus", "device", "port"),
            "scsi": ("bus", "target", "unit"),
            "mdev": ("uuid",),
        }.get(kind, ())
        self.keep(*names)
        self.port = self.port or None
        if kind == "mdev":
            yield from self._mdev()
            return
        if kind == "usb" and self.bus is not None and self.device is None and self.port is None:
            yield InternalError("usb address needs either device id or port")
            return
        if kind == "usb" and self.device is not None and self.port is not None:
            yield InternalError("found both device id and port in usb address (ambiguous setting)")
            return
        for name in names:
            text = own.get(name)
            if text is None:
                if kind == "scsi" or (kind == "usb" and name == "bus"):
                    yield XmlError(f"Missing required attribute '{name}' in element 'address'")
                    return
                continue
            if name == "port":
                continue
            try:
                value = number(text, 0)
            except ValueError:
                value = -1
            limit = ULONG_MAX if (kind, name) == ("scsi", "unit") else UINT_MAX
            if not 0 <= value <= limit:
                yield XmlError(
                    f"Invalid value for attribute '{name}' in element 'address': '{text}'. "
                    "Expected non-negative integer value"
                )
                return
            own[name] = value
        if kind == "pci":
            yield from check_pci(*(own.get(name) or 0 for name in names))
            own["domain"] = f"0x{own.get('domain') or 0:04x}"
            own["bus"] = f"0x{own.get('bus') or 0:02x}"
            own["slot"] = f"0x{own.get('slot') or 0:02x}"
            own["function"] = f"0x{own.get('function') or 0:x}"
        else:
            for name in names:
                if own.get(name) is not None:
                    own[name] = str(own[name])

    def _mdev(self) -> Iterable[Error]:
        if self.uuid is None:
            yield XmlError("Missing required attribute 'uuid' in element 'address'")
            return
        try:
            self.uuid = parse_uuid(self.uuid)
        except ValueError:
            yield XmlError(
                f"Invalid value for attribute 'uuid' in element 'address': '{self.uuid}'. "
                "Expected UUID"
            )


def check_pci(domain: int, bus: int, slot: int, function: int) -> Iterable[Error]:
    """The complaint about a place that cannot be; one that is all zero is no place yet."""
    if not (domain or bus or slot):
        return
    if bus > 0xFF:
        yield XmlError(f"Invalid PCI address bus='0x{bus:x}', must be <= 0xFF")
    elif slot > 0x1F:
        yield XmlError(f"Invalid PCI address slot='0x{slot:x}', must be <= 0x1F")
    elif function > 7:
        yield XmlError(f"Invalid PCI address function=0x{function:x}, must be <= 7")
