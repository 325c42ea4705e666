"""What networks, their port groups and ports share: VLANs, bandwidth, virtual ports, PCI places."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, Error, Overflow, XmlDetail, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Int, Present, Switch, Text
from vsh.xml.engine.given import Given
from vsh.xml.engine.structure import Children
from vsh.xml.engine.text import ULONG_MAX
from vsh.xml.engine.values import Uuid
from vsh.xml.shared.host_address import check_pci

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from lxml.etree import _Element

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

_LAST_TAG = 4095
_SPEED_LIMIT = 1 << 54
_BURST_LIMIT = 0xFFFFFFFF >> 10


class VlanTag(Element, tag="tag"):
    """One VLAN."""

    id = Int("@id", required=True)
    native_mode = Choice("@nativeMode", ("tagged", "untagged"))

    def parsed(self, reading: Reading) -> Found:
        if self.id is not None and self.id > _LAST_TAG:
            yield "id", XmlError(f"vlan tag id {self.id} too large (maximum {_LAST_TAG})")


class Vlan(Element, tag="vlan"):
    """<vlan>: the VLANs of a port."""

    trunk = Text("@trunk", shape=shapes.YES_NO)
    tags = Children(VlanTag, "tag")

    def parsed(self, reading: Reading) -> Found:
        native = [tag for tag in self.tags if tag.native_mode]
        text, self.trunk = self.trunk, "yes" if len(self.tags) > 1 else None
        if not self.tags:
            yield (
                "tags",
                XmlError(
                    "missing tag id - each <vlan> must have at least one <tag id='n'/> subelement"
                ),
            )
        elif len(native) > 1:
            yield "tags", XmlError("duplicate native vlan setting")
        if not text:
            return
        if text.lower() == "yes":
            self.trunk = "yes"
        elif len(self.tags) > 1:
            yield XmlError(
                f"invalid \"trunk='{text}'\" in <vlan> - trunk='yes' is required for more than "
                "one vlan tag"
            )
        elif native:
            yield XmlError(
                "invalid configuration in <vlan> - \"trunk='no'\" is not allowed with a native "
                "vlan id"
            )
        elif text.lower() != "no":
            yield XmlError(f"invalid \"trunk='{text}'\" in <vlan> - must be yes or no")


# what a virtual port of a type must not have
_EXTRA: dict[str, tuple[str, ...]] = {
    "802.1Qbg": ("profileid", "interfaceid"),
    "802.1Qbh": ("managerid", "typeid", "typeidversion", "instanceid", "interfaceid"),
    "openvswitch": ("managerid", "typeid", "typeidversion", "instanceid"),
    "midonet": ("managerid", "typeid", "typeidversion", "instanceid"),
}
_LIMITS = (("managerid", 0xFF, "of"), ("typeid", 0xFFFFFF, "for"), ("typeidversion", 0xFF, "of"))
_SHOWN = {
    "802.1Qbg": ("managerid", "typeid", "typeidversion", "instanceid"),
    "802.1Qbh": ("profileid",),
    "openvswitch": ("interfaceid", "profileid"),
    "midonet": ("interfaceid",),
}
_LONGEST_PROFILE = 39


class VirtualPort(Element, tag="virtualport"):
    """<virtualport>: how a port is known to a switch; without a type it fits several."""

    type = Choice("@type", ("802.1Qbg", "802.1Qbh", "openvswitch", "midonet"))
    managerid = Int("parameters/@managerid")
    typeid = Int("parameters/@typeid")
    typeidversion = Int("parameters/@typeidversion")
    instanceid = Uuid("parameters/@instanceid")
    interfaceid = Uuid("parameters/@interfaceid", after="profileid")
    profileid = Given("parameters/@profileid")
    has_parameters = Present("parameters")

    omit_empty = True
    alone = True
    """Whether what it must not have is looked for here: its owner may look for something first."""

    def parsed(self, reading: Reading) -> Found:
        self.has_parameters = False  # an element without any is as good as none
        for name, limit, word in _LIMITS:
            if (getattr(self, name) or 0) > limit:
                yield name, XmlError(f"value {word} {name} out of range")
        if len((self.profileid or "").encode()) > _LONGEST_PROFILE:
            yield "profileid", XmlError("profileid parameter too long")
        extra = self.extra() if self.alone else None
        if extra is not None:
            yield extra

    def extra(self) -> Error | None:
        """The complaint about a port that has what its type has not."""
        for name in _EXTRA.get(self.type or "", ()):
            if getattr(self, name) is not None:
                return XmlError(f"extra {name} unsupported in <virtualport type='{self.type}'>")
        return None

    def missing(self) -> Error | None:
        """The complaint about a port that lacks what its type needs."""
        needed = {
            "802.1Qbg": ("managerid", "typeid", "typeidversion", "instanceid"),
            "802.1Qbh": ("profileid",),
            "openvswitch": ("interfaceid",),
            "midonet": ("interfaceid",),
        }
        for name in needed.get(self.type or "", ()):
            if getattr(self, name) is None:
                return XmlError(f"missing {name} in <virtualport type='{self.type}'>")
        return None

    def view(self, flags: int) -> Self:
        """Only what its type has."""
        shown = _SHOWN.get(self.type or "")
        if shown is None or all(name in (*shown, "type") for name, _ in self.values()):
            return self
        twin = self.copy()
        twin.keep("type", *shown)
        twin.has_parameters = True
        return twin


class Rate(Element):
    """A limit in one direction, in KiB and KiB a second."""

    average = Int("@average", 0, ULONG_MAX, skip=0)
    peak = Int("@peak", 0, ULONG_MAX, skip=0)
    floor = Int("@floor", 0, ULONG_MAX, skip=0, after="burst")
    burst = Int("@burst", 0, ULONG_MAX, skip=0)

    omit_empty = True
    floor_allowed = False

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.average is None and self.floor is None:
            yield XmlDetail("Missing mandatory average or floor attributes")
        elif self.average is None and (self.peak is not None or self.burst is not None):
            yield ConfigUnsupported("'peak' and 'burst' require 'average' attribute")
        elif self.floor is not None and not self.floor_allowed:
            yield ConfigUnsupported("floor attribute is not supported for this config")

    def view(self, flags: int) -> Self | None:
        """Nothing where neither an average nor a floor is given."""
        return self if self.average or self.floor else None

    def check(self) -> Iterable[Error]:
        for name in ("average", "peak", "burst", "floor"):
            limit = _BURST_LIMIT if name == "burst" else _SPEED_LIMIT
            value = getattr(self, name) or 0
            if value > limit:
                yield Overflow(
                    f"value '{value}' is too big for '{name}' parameter, maximum is '{limit}'"
                )


class FloorRate(Rate):
    """A limit that may guarantee a floor."""

    floor_allowed = True


class Bandwidth(Element, tag="bandwidth"):
    """<bandwidth>: limits of traffic."""

    class_id = Int("@classID", skip=0)
    inbound = Children(Rate, "inbound")
    outbound = Children(Rate, "outbound")

    open = (".",)
    class_allowed = False

    @classmethod
    def prepare(cls, element: _Element, _reading: Reading) -> None:
        """Only the first of each direction is looked at."""
        for tag in ("inbound", "outbound"):
            for extra in element.findall(tag)[1:]:
                element.remove(extra)

    def parsed(self, reading: Reading) -> Found:
        if self.class_id is not None and not self.class_allowed:
            yield (
                "class_id",
                XmlDetail("classID attribute not supported on <bandwidth> in this usage context"),
            )

    def view(self, flags: int) -> Self | None:
        """Nothing where no direction is limited."""
        return self if self.inbound or self.outbound else None

    def check(self) -> Iterable[Error]:
        for rate in (*self.inbound, *self.outbound):
            yield from rate.check()


def is_limit(bandwidth: Bandwidth | None) -> bool:
    """Whether a <bandwidth> limits anything: an empty one is none."""
    return bandwidth is not None and bool(bandwidth.inbound or bandwidth.outbound)


class PortBandwidth(Bandwidth):
    """The limits of a network's port."""

    inbound: Children[Rate] = Children(FloorRate, "inbound")
    outbound = Children(Rate, "outbound")

    class_allowed = True


class PciPlace(Element, tag="address"):
    """<address>: a place on the PCI bus of the host."""

    type = Text("@type", shape="pci")
    domain = Int("@domain", base=0, form="0x{:04x}", shape=shapes.HEX_OR_NUMBER)
    bus = Int("@bus", base=0, form="0x{:02x}", shape=shapes.HEX_OR_NUMBER)
    slot = Int("@slot", base=0, form="0x{:02x}", shape=shapes.HEX_OR_NUMBER)
    function = Int("@function", base=0, form="0x{:d}", shape=shapes.HEX_OR_NUMBER)
    multifunction = Switch("@multifunction", when=lambda place: False)

    def parsed(self, reading: Reading) -> Iterable[Error]:
        for name in ("domain", "bus", "slot", "function"):
            if getattr(self, name) is None:
                setattr(self, name, 0)
        yield from check_pci(*self.numbers())

    def numbers(self) -> tuple[int, int, int, int]:
        """The place as numbers."""
        return (self.domain or 0, self.bus or 0, self.slot or 0, self.function or 0)
