"""The capability ``pci`` of a node device."""

from __future__ import annotations

from vsh.errors import Error, InternalError, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Int, Present, Text
from vsh.xml.engine.given import Given
from vsh.xml.engine.structure import Child, Children
from vsh.xml.engine.text import INT_MAX, INT_MIN, UINT_MAX
from vsh.xml.engine.text import number as to_number
from vsh.xml.host.node_device.base import (
    Capability,
    DeviceFacts,
    Number,
    capabilities,
    latest,
    nothing,
    numbers,
)
from vsh.xml.shared.link import PciPlace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.xml.engine.reading import Reading

_LARGEST_CLASS = 0xFFFFFF
SPEEDS = ("2.5", "5", "8", "16", "32", "64")


class PlaceOf(PciPlace):
    """A PCI address without a type."""

    def parsed(self, reading: Reading) -> Iterable[Error]:
        self.type = None
        return super().parsed(reading)


class PhysicalFunction(Capability):
    """The device that this one is a virtual function of."""

    address = Child(PlaceOf, "address")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.address is None:
            yield XmlError("Missing address in 'phys_function' capability")


class VirtualFunctions(Capability):
    """The virtual functions of a device."""

    limit = Given("@maxCount")
    addresses = Children(PlaceOf, "address")

    open = ()

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.limit is None:
            return
        try:
            value = to_number(self.limit)
            if not 0 <= value <= UINT_MAX:
                raise ValueError(value)
            self.limit = str(value) if value else None
        except ValueError:
            yield XmlError("Malformed 'maxCount' parameter")


class Header(Capability):
    """What kind of header the device has."""

    open = ()


class VitalField(Element):
    """A field of the vendor's or the system's."""

    index = Text("@index", required=True)
    value = Text(".")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.index is not None and len(self.index) != 1:
            tag = "system_field" if isinstance(self, SystemField) else "vendor_field"
            yield XmlError(f"'{tag}' 'index' value '{self.index}' malformed")


class SystemField(VitalField):
    """A field of the system's."""


class VitalFields(Element, tag="fields"):
    """Vital product data that can be read, or also written."""

    access = Text[str]("@access", required=True)
    change_level = Given("change_level")
    manufacture_id = Given("manufacture_id")
    part_number = Given("part_number")
    serial_number = Given("serial_number")
    asset_tag = Given("asset_tag")
    vendor_fields = Children(VitalField, "vendor_field")
    system_fields = Children(SystemField, "system_field")

    open = (".",)

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        if self.access == "readonly":
            self.drop("asset_tag", "system_fields")
        elif self.access == "readwrite":
            self.drop("change_level", "manufacture_id", "part_number", "serial_number")
        elif self.access is not None:
            yield "access", XmlError(f"Unsupported VPD field access type '{self.access}'")


class VitalData(Capability):
    """Vital product data."""

    name = Given("name")
    fields_of = Children(VitalFields, "fields")

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        if self.name is None:
            yield "name", XmlError("Could not read a device name from the <name> element")


class LinkSpeed(Element, tag="link"):
    """A PCI Express link: what it could do, or does."""

    validity = Text("@validity", shape="cap|sta")
    port = Int("@port", INT_MIN, INT_MAX, after="speed")
    speed = Choice("@speed", SPEEDS, none="", after="width")
    width = Int[int]("@width", base=0, required=True)

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.port is not None and self.port < 0:
            self.port = None
        return ()


class IommuGroup(Element, tag="iommuGroup"):
    """The devices that can only be given away together."""

    number = Int[int]("@number", required=True)
    addresses = Children(PlaceOf, "address")

    def view(self, flags: int) -> IommuGroup | None:
        """Nothing where no device is named."""
        return self if self.addresses else None


class Pci(Capability):
    """A PCI device."""

    needs = ("domain", "bus", "slot", "function", "product", "vendor")

    device_class = Number("class", "0x{:06x}", shape=r"0x[0-9a-fA-F]{6}")
    domain = Number("domain", shape=shapes.HEX_OR_NUMBER)
    bus = Number("bus", shape=shapes.HEX_OR_NUMBER)
    slot = Number("slot", shape=shapes.HEX_OR_NUMBER)
    function = Number("function", shape=shapes.HEX_OR_NUMBER)
    product_id = Number("product/@id", "0x{:04x}", shape=shapes.HEX, needed=True, after="vendor_id")
    product = Given("product", after="links")
    vendor_id = Number("vendor/@id", "0x{:04x}", shape=shapes.HEX, needed=True)
    vendor = Given("vendor", after="links")
    capabilities = capabilities(
        {
            "phys_function": PhysicalFunction,
            "virt_functions": VirtualFunctions,
            "pci-bridge": Header,
            "cardbus-bridge": Header,
            "mdev_types": "vsh.xml.host.node_device.base:MdevTypes",
            "vpd": VitalData,
        },
        nothing,
    )
    iommu_group = Child(IommuGroup, "iommuGroup")
    numa_node = Number("numa/@node", shape=shapes.INTEGER)
    express = Present("pci-express")
    links = Children(LinkSpeed, "pci-express/link")

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        name = DeviceFacts.of(reading).name
        if self.device_class is not None:
            try:
                value = to_number(self.device_class, 16)
                if value > _LARGEST_CLASS:
                    raise ValueError(value)
                self.device_class = value if value >= 0 else None
            except ValueError:
                yield "device_class", InternalError(f"invalid PCI class supplied for '{name}'")
        wanted = [(word, f"PCI {word} ID") for word in ("domain", "bus", "slot", "function")]
        yield from numbers(self, reading, *wanted)
        wanted = [("vendor_id", "PCI vendor ID"), ("product_id", "PCI product ID")]
        yield from numbers(self, reading, *wanted, base=16)
        yield from self._numa(name)
        headers = [one for one in self.capabilities if isinstance(one, Header)]
        others = [one for one in self.capabilities if not isinstance(one, Header)]
        self.capabilities = [*latest(others), *headers[:1]]
        links = {link.validity: link for link in reversed(self.links)}
        self.links = [links[word] for word in ("cap", "sta") if word in links]

    def _numa(self, name: str) -> Iterable[tuple[str, Error]]:
        if self.numa_node is None:
            return
        try:
            value = to_number(self.numa_node)
        except ValueError:
            yield "numa_node", InternalError(f"invalid NUMA node ID supplied for '{name}'")
            return
        self.numa_node = value if value >= 0 else None
