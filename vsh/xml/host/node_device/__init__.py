"""<device>: a device of the host and what it can do."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, Error, InternalError, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Int, Text
from vsh.xml.engine.flags import INACTIVE
from vsh.xml.engine.given import Given, NameMissing
from vsh.xml.engine.structure import Children, Custom
from vsh.xml.engine.text import escape, number
from vsh.xml.engine.values import parse_uuid
from vsh.xml.host.interface import LINK_STATES
from vsh.xml.host.node_device.base import Capability, DeviceFacts, Number, capabilities, numbers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from lxml.etree import _Element

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

KINDS = (
    "system", "pci", "usb_device", "usb", "net", "scsi_host", "scsi_target", "scsi", "storage",
    "fc_host", "vports", "scsi_generic", "drm", "mdev_types", "mdev", "ccw", "css", "vdpa",
    "ap_card", "ap_queue", "ap_matrix", "vpd", "ccwgroup", "ccwgroup_member",
)  # fmt: skip
FEATURES = (
    "rx", "tx", "sg", "tso", "gso", "gro", "lro", "rxvlan", "txvlan", "ntuple", "rxhash", "rdma",
    "txudptnl", "switchdev",
)  # fmt: skip
# what stands where a device that is still to be made has no name
NEW = "new device"


class System(Capability):
    """The host itself."""

    product = Given("product")
    vendor = Given("hardware/vendor")
    version = Given("hardware/version")
    serial = Given("hardware/serial")
    uuid = Given("hardware/uuid")
    firmware_vendor = Given("firmware/vendor")
    firmware_version = Given("firmware/version")
    firmware_date = Given("firmware/release_date")

    open = (".", "hardware", "firmware")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        name = DeviceFacts.of(reading).name
        if self.uuid is None:
            yield InternalError(f"no system UUID supplied for '{name}'")
            return
        try:
            self.uuid = parse_uuid(self.uuid)
        except ValueError:
            yield InternalError(f"malformed uuid element for '{name}'")


class Named(Element):
    """A product or its maker: a number and perhaps a name."""

    id = Text("@id", shape=shapes.HEX, needed=True)
    name = Text(".")


def _read_named(element: _Element, reading: Reading) -> tuple[str | None, str | None]:
    from vsh.xml.engine.reader import text_of

    return element.get("id") or None, text_of(element) or None


def _write_named(tag: str) -> Any:
    def write(value: tuple[Any, str | None], out: list[str], level: int, flags: int) -> None:
        start = f"{'  ' * level}<{tag} id='0x{value[0]:04x}'"
        name = value[1]
        out.append(f"{start} />\n" if name is None else f"{start}>{escape(name)}</{tag}>\n")

    return write


class UsbDevice(Capability):
    """A USB device; product and vendor are (number, name)."""

    bus = Number("bus")
    device = Number("device")
    product = Custom("product", _read_named, _write_named("product"), model=Named, after="vendor")
    vendor = Custom("vendor", _read_named, _write_named("vendor"), model=Named)

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        yield from numbers(
            self, reading, ("bus", "USB bus number"), ("device", "USB device number")
        )
        for field in ("vendor", "product"):
            text, name = getattr(self, field) or (None, None)
            word = "no" if text is None else "invalid"
            try:
                value = number(text or "", 16)
            except ValueError:
                value = 0
                yield (
                    field,
                    InternalError(
                        f"{word} USB {field} ID supplied for '{DeviceFacts.of(reading).name}'"
                    ),
                )
            setattr(self, field, (value, name))


class UsbInterface(Capability):
    """An interface of a USB device."""

    number = Number("number")
    device_class = Number("class")
    subclass = Number("subclass")
    protocol = Number("protocol")
    description = Given("description")

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        return numbers(
            self,
            reading,
            ("number", "USB interface number"),
            ("device_class", "USB interface class"),
            ("subclass", "USB interface subclass"),
            ("protocol", "USB interface protocol"),
        )


class Feature(Element, tag="feature"):
    """Something that a network card does."""

    name = Choice[str](
        "@name",
        FEATURES,
        required=(XmlError, "missing network device feature name"),
        wrong=(XmlError, "unknown network device feature '{}'"),
    )


class NetDevice(Capability):
    """A network card."""

    interface = Given("interface")
    address = Given("address")
    link_speed = Int("link/@speed", skip=0, after="link_state")
    link_state = Choice("link/@state", LINK_STATES, none="", after="kind")
    features = Children(Feature, "feature")
    kind = Given("capability/@type")

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        name = DeviceFacts.of(reading).name
        if self.interface is None:
            yield "interface", InternalError(f"no network interface supplied for '{name}'")
        if self.kind not in (None, "80203", "80211"):
            yield "kind", ConfigUnsupported(f"invalid network type supplied for '{name}'")
        named = {feature.name: feature for feature in self.features}
        self.features = [named[word] for word in FEATURES if word in named]


class Drm(Capability):
    """A graphics card."""

    kind = Given("type")

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.kind not in ("primary", "control", "render"):
            shown = "(null)" if self.kind is None else self.kind
            yield ConfigUnsupported(
                f"unknown drm type '{shown}' for '{DeviceFacts.of(reading).name}'"
            )


class MdevAttribute(Element, tag="attr"):
    """A setting of a mediated device."""

    name = Given("@name")
    value = Given("@value")


class Mdev(Capability):
    """A mediated device."""

    kind = Given("type/@id")
    uuid = Given("uuid")
    parent_address = Given("parent_addr")
    iommu_group = Number("iommuGroup/@number")
    attributes = Children(MdevAttribute, "attr")

    def parsed(self, reading: Reading) -> Iterable[tuple[str, Error]]:
        name = DeviceFacts.of(reading).name
        self.parent_address = None
        if self.kind is None:
            yield "kind", ConfigUnsupported(f"missing type id attribute for '{name}'")
        if self.uuid is not None:
            try:
                self.uuid = parse_uuid(self.uuid)
            except ValueError:
                yield "uuid", InternalError(f"Invalid uuid '{self.uuid}' for new mdev device")
        try:
            self.iommu_group = number(self.iommu_group or "0")
        except ValueError:
            yield (
                "iommu_group",
                InternalError(f"invalid iommuGroup number attribute for '{name}'"),
            )
        self.attributes = [one for one in self.attributes if one.name and one.value]


class Vdpa(Capability):
    """A vDPA device."""

    chardev = Given("chardev")


def _wrong(element: _Element, word: str | None, reading: Reading) -> None:
    if word is None:
        raise XmlError("Missing required attribute 'type' in element 'capability'")
    if word not in KINDS:
        raise XmlError(f"Invalid value for attribute 'type' in element 'capability': '{word}'.")
    raise InternalError(
        f"unknown capability type '{KINDS.index(word)}' for '{DeviceFacts.of(reading).name}'"
    )


_CCW = "vsh.xml.host.node_device.ccw"
_SCSI = "vsh.xml.host.node_device.scsi"
_CAPABILITIES: dict[str, type[Capability] | str] = {
    "system": System,
    "pci": "vsh.xml.host.node_device.pci:Pci",
    "usb_device": UsbDevice,
    "usb": UsbInterface,
    "net": NetDevice,
    "scsi_host": f"{_SCSI}:ScsiHost",
    "scsi_target": f"{_SCSI}:ScsiTarget",
    "scsi": f"{_SCSI}:Scsi",
    "storage": f"{_SCSI}:Storage",
    "drm": Drm,
    "mdev": Mdev,
    "ccw": f"{_CCW}:Channel",
    "css": f"{_CCW}:Subchannel",
    "ap_card": f"{_CCW}:CryptoCard",
    "ap_queue": f"{_CCW}:CryptoQueue",
    "ap_matrix": f"{_CCW}:CryptoMatrix",
    "ccwgroup": f"{_CCW}:ChannelGroup",
}


class DeviceNode(Element, tag="devnode"):
    """A file that stands for the device."""

    type = Choice[str]("@type", ("dev", "link"), required=True)
    path = Text(".")


class NodeDevice(Element, tag="device"):
    """One device of the host."""

    name = Given("name")
    path = Given("path")
    nodes = Children(DeviceNode, "devnode")
    parent = Given("parent")
    parent_wwnn = Given("parent/@wwnn", when=lambda device: False)
    parent_wwpn = Given("parent/@wwpn", when=lambda device: False)
    parent_fabric_wwn = Given("parent/@fabric_wwn", when=lambda device: False)
    driver = Given("driver/name", after="capabilities")
    capabilities = capabilities(_CAPABILITIES, _wrong)

    @classmethod
    def prepare(cls, element: _Element, reading: Reading) -> None:
        """Tell the parts the device's name."""
        reading.facts = DeviceFacts(element.findtext("name") or "")

    def parsed(self, reading: Reading) -> Found:
        self.driver = None
        if self.name is None:
            yield "name", NameMissing()
        if self.parent_wwnn is not None and self.parent_wwpn is None:
            yield (
                "parent_wwpn",
                XmlError(
                    f"when providing parent wwnn='{self.parent_wwnn}', the wwpn must also be "
                    "provided"
                ),
            )
        if self.parent_wwpn is not None and self.parent_wwnn is None:
            yield (
                "parent_wwpn",
                XmlError(
                    f"when providing parent wwpn='{self.parent_wwpn}', the wwnn must also be "
                    "provided"
                ),
            )
        links = [node for node in self.nodes if node.type == "link"]
        self.nodes = [node for node in self.nodes if node.type == "dev"][-1:] + links
        if not self.capabilities and not reading.problems:
            yield (
                "capabilities",
                InternalError(f"no device capabilities for '{DeviceFacts.of(reading).name}'"),
            )

    def view(self, flags: int) -> NodeDevice:
        """A definition has no path, no files and no driver."""
        if not flags & INACTIVE:
            return self
        import copy

        twin = copy.copy(self)
        twin.path, twin.nodes, twin.driver = None, [], None
        return twin

    def capability(self, kind: str) -> object:
        """The first capability of a type, or None."""
        return next((one for one in self.capabilities if one.type == kind), None)


class NewNodeDevice(NodeDevice, tag="device"):
    """A device that is to be made: the driver names it."""

    @classmethod
    def prepare(cls, element: _Element, reading: Reading) -> None:  # noqa: ARG003 - as the other
        """It has no name of its own."""
        reading.facts = DeviceFacts(NEW, new=True)

    def parsed(self, reading: Reading) -> Found:
        self.name = NEW
        return super().parsed(reading)
