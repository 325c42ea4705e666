"""<address>: where a device sits in the guest; which attributes count depends on its type."""

from __future__ import annotations

from vsh.errors import InternalError, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Field, Int, Switch, Text
from vsh.xml.engine.problem import Problem
from vsh.xml.engine.text import UINT_MAX, ULONG_MAX, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.errors import Error
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

TYPES = (
    "pci", "drive", "virtio-serial", "ccid", "usb", "spapr-vio", "virtio-s390", "ccw",
    "virtio-mmio", "isa", "dimm", "unassigned",
)  # fmt: skip

_USED = {
    "pci": ("domain", "bus", "slot", "function", "multifunction", "zpci_uid", "zpci_fid"),
    "drive": ("controller", "bus", "target", "unit"),
    "virtio-serial": ("controller", "bus", "port"),
    "ccid": ("controller", "slot"),
    "usb": ("bus", "port"),
    "spapr-vio": ("reg",),
    "ccw": ("cssid", "ssid", "devno"),
    "isa": ("iobase", "irq"),
    "dimm": ("slot", "base"),
}

_COMPARED = {**_USED, "pci": ("domain", "bus", "slot", "function")}

_LIMITS = (("bus", 0xFF), ("slot", 0x1F), ("function", 7))
# as libvirt writes them, which is what most documents have
_SMALL = {
    **{f"0x{number:x}": number for number in range(8)},
    **{f"0x{number:02x}": number for number in range(256)},
    "0x0000": 0,
}

_MOST_KNOWN = 1024
_known: dict[tuple[Any, ...], dict[str, str | None]] = {}  # places as they are written

_DEFAULTS: dict[str, dict[str, int]] = {
    "pci": {"domain": 0, "bus": 0, "slot": 0, "function": 0},
    "drive": {"controller": 0, "bus": 0, "target": 0, "unit": 0},
    "virtio-serial": {"controller": 0, "bus": 0, "port": 0},
    "ccid": {"controller": 0, "slot": 0},
    "usb": {"bus": 0},
    "ccw": {},
    "dimm": {},
}

_PLACES = frozenset(
    ("domain", "controller", "bus", "target", "unit", "slot", "port", "function", "cssid", "ssid",
     "devno")
)  # fmt: skip


class Address(Element, tag="address"):
    """A device's address."""

    type = Choice[str]("@type", TYPES, required=True)
    # texts, and once ``numbers`` read them, numbers
    domain: Field = Text("@domain", shape=shapes.PCI_DOMAIN)
    controller: Field = Text("@controller", shape=shapes.SHORT)
    bus: Field = Text("@bus", shape=shapes.PCI_BUS)
    target: Field = Text("@target", shape=shapes.NUMBER)
    unit: Field = Text("@unit", shape=shapes.NUMBER)
    slot: Field = Text("@slot", shape=shapes.PCI_SLOT)
    port: Field = Text("@port", shape=shapes.USB_PORT)
    function: Field = Text("@function", shape=shapes.PCI_FUNCTION)
    multifunction = Switch("@multifunction")
    reg = Int("@reg", 0, ULONG_MAX, base=16, form="0x{:08x}")
    cssid: Field = Text("@cssid", shape=shapes.HEX_OR_NUMBER)
    ssid: Field = Text("@ssid", shape=shapes.HEX_OR_NUMBER)
    devno: Field = Text("@devno", shape=shapes.HEX_OR_NUMBER)
    iobase = Int("@iobase", base=16, form="0x{:x}", skip=0)
    irq = Int("@irq", base=16, form="0x{:x}", skip=0)
    base = Int("@base", 0, ULONG_MAX, base=16, form="0x{:x}", skip=0)
    zpci_uid = Int("zpci/@uid", base=16, form="0x{:04x}")
    zpci_fid = Int("zpci/@fid", base=16, form="0x{:08x}")

    def parsed(self, reading: Reading) -> Found:
        kind = self.type
        if kind is None:
            return
        if kind == "virtio-s390":
            yield XmlError("virtio-s390 bus doesn't have an address")
            return
        used = _USED.get(kind, ())
        own = self.__dict__
        fields = self.fields
        if "faults" in own:
            self.keep("type", *used)
        for name in [name for name in own if name not in used and name in fields]:
            if name != "type":
                del own[name]
        yield from _CHECKS.get(kind, _nothing)(self)
        for name, value in _DEFAULTS.get(kind, {}).items():
            if own.get(name) is None:
                own[name] = value

    def numbers(self) -> tuple[int, ...]:
        """The address as numbers, to compare with others of its type."""
        return tuple(getattr(self, name) for name in _COMPARED.get(str(self.type), ()))

    def view(self, flags: int) -> Address | None:
        """As it is written: numbers in the form of the type."""
        kind = self.type
        if kind == "virtio-s390":
            return None
        twin = object.__new__(Address)
        own = twin.__dict__
        own.update(self.__dict__)
        if kind == "pci":
            if own.get("zpci_uid") is not None or own.get("zpci_fid") is not None:
                own["zpci_uid"] = self.zpci_uid or 0
                own["zpci_fid"] = self.zpci_fid or 0
            own.update(_shown(self))
        elif kind == "ccw":
            own["cssid"] = f"0x{_whole(self.cssid):x}"
            own["ssid"] = f"0x{_whole(self.ssid):x}"
            own["devno"] = f"0x{_whole(self.devno):04x}"
        for name, value in own.items():
            if value.__class__ is int and name in _PLACES:
                own[name] = str(value)
        return twin

    def pci_empty(self) -> bool:
        """Whether no place on a PCI bus is given."""
        for value in (self.domain, self.bus, self.slot):
            if value is not None and (_whole(value) if value.__class__ is str else value):
                return False
        return True


def _shown(address: Address) -> dict[str, str | None]:
    """A place on a PCI bus as it is written; the same few come up again and again."""
    own = address.__dict__
    place = (own.get("domain"), own.get("bus"), own.get("slot"), own.get("function"))
    shown = _known.get(place)
    if shown is None:
        if address.pci_empty():
            shown = {"domain": None, "bus": None, "slot": None, "function": None}
        else:
            domain, bus, slot, function = map(_whole, place)
            shown = {
                "domain": f"0x{domain:04x}",
                "bus": f"0x{bus:02x}",
                "slot": f"0x{slot:02x}",
                "function": f"0x{function:x}",
            }
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[place] = shown
    return shown


def _whole(value: int | str | None) -> int:
    """A number, which a model made by hand may have as text."""
    if not isinstance(value, str):
        return value or 0
    return number(value, 0)


def _nothing(address: Address) -> Iterable[Error]:
    return ()


def _unsigned(
    address: Address, name: str, base: int, *, required: bool = False, limit: int = 2**32 - 1
) -> Iterable[Error]:
    text = address.__dict__.get(name)
    if text is None:
        if required:
            yield XmlError(f"Missing required attribute '{name}' in element 'address'")
        return
    try:
        value = number(text, base)
    except ValueError:
        value = -1
    if not 0 <= value <= limit:
        address.__dict__[name] = None
        yield XmlError(
            f"Invalid value for attribute '{name}' in element 'address': '{text}'. "
            "Expected non-negative integer value"
        )
        return
    address.__dict__[name] = value


def _pci(address: Address) -> Iterable[Error | Problem]:
    own = address.__dict__
    for name in ("domain", "bus", "slot", "function"):
        if (text := own.get(name)) in _SMALL:
            own[name] = _SMALL[text]
        else:
            yield from _unsigned(address, name, 0)
    for name, limit in _LIMITS:
        value = own.get(name) or 0
        if value > limit:
            top = "7" if name == "function" else f"0x{limit:X}"
            shown = f"0x{value:x}" if name == "function" else f"'0x{value:x}'"
            yield Problem(
                XmlError(f"Invalid PCI address {name}={shown}, must be <= {top}"), form=True
            )
            return


def _drive(address: Address) -> Iterable[Error]:
    for name in ("controller", "bus", "target", "unit"):
        yield from _unsigned(address, name, 10)


def _virtio_serial(address: Address) -> Iterable[Error]:
    for name in ("controller", "bus", "port"):
        yield from _unsigned(address, name, 10)


def _ccid(address: Address) -> Iterable[Error]:
    for name in ("controller", "slot"):
        yield from _unsigned(address, name, 10)


def _usb(address: Address) -> Iterable[Error | Problem]:
    if address.port is not None:
        try:
            address.port = _usb_port(address.port)
        except ValueError:
            yield Problem(InternalError("Cannot parse <address> 'port' attribute"), form=True)
    yield from _unsigned(address, "bus", 10)


def _usb_port(text: str) -> str | None:
    """The way of a USB device through its hubs, which ends before a 0; None where it does at once.

    Raises ValueError.
    """
    ports = [number(part) for part in text.split(".")]
    if len(ports) > 4 or not all(0 <= port <= UINT_MAX for port in ports):
        raise ValueError(text)
    way = ports[: ports.index(0)] if 0 in ports else ports
    return ".".join(map(str, way)) or None


def _ccw(address: Address) -> Iterable[Error]:
    given = [name for name in ("cssid", "ssid", "devno") if address.__dict__.get(name) is not None]
    for name in given:
        yield from _unsigned(address, name, 0)
    if len(given) not in (0, 3):
        yield InternalError("Invalid partial specification for virtio ccw address")
    elif given and (
        (address.cssid or 0) > 0xFE or (address.ssid or 0) > 3 or (address.devno or 0) > 0xFFFF
    ):
        yield InternalError(
            f"Invalid specification for virtio ccw address: cssid='0x{address.cssid or 0:x}' "
            f"ssid='0x{address.ssid or 0:x}' devno='0x{address.devno or 0:04x}'"
        )


def _dimm(address: Address) -> Iterable[Error]:
    yield from _unsigned(address, "slot", 10, required=True)


_CHECKS = {
    "pci": _pci,
    "drive": _drive,
    "virtio-serial": _virtio_serial,
    "ccid": _ccid,
    "usb": _usb,
    "ccw": _ccw,
    "dimm": _dimm,
}
