"""What network interfaces share with networks and ports: VLANs, bandwidth, virtual ports,
addresses, filters."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InvalidArgument, XmlError
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import ULONG_MAX, Children, Choice, Flag, Int, Text
from vsh.xml.engine.values import Uuid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from vsh.errors import Error


def address_family(text: str) -> str | None:
    """``ipv4`` or ``ipv6`` for a numeric address."""
    import socket

    for name, family in (("ipv4", socket.AF_INET), ("ipv6", socket.AF_INET6)):
        try:
            socket.inet_pton(family, text)
        except (OSError, ValueError):  # ValueError: no UTF-8, or a NUL
            continue
        return name
    return None


class VlanTag(Element, tag="tag"):
    """One VLAN."""

    id = Int(
        "@id",
        high=4095,
        wrong=(XmlError, "missing or invalid vlan tag id"),
        required=(XmlError, "missing or invalid vlan tag id"),
    )
    native_mode = Choice("@nativeMode", ("tagged", "untagged"), none="default")


class Vlan(Element, tag="vlan"):
    """<vlan>: the VLANs of a port."""

    trunk = Text("@trunk")
    tags = Children(VlanTag, "tag")

    def parsed(self, reading: Any) -> Iterable[Error | tuple[str, Error]]:
        native = [tag for tag in self.tags if tag.native_mode]
        if not self.tags:
            yield XmlError(
                "missing tag id - each <vlan> must have at least one <tag id='n'/> subelement"
            )
        elif self.trunk is not None and self.trunk not in ("yes", "no"):
            yield XmlError(f"invalid \"trunk='{self.trunk}'\" in <vlan> - trunk must be yes or no")
        elif (len(self.tags) > 1 or native) and self.trunk == "no":
            yield XmlError(
                "invalid \"trunk='no'\" in <vlan> - trunk='yes' is required for more than one "
                "vlan tag"
            )
        self.trunk = "yes" if len(self.tags) > 1 or native or self.trunk == "yes" else None


class VirtualPort(Element, tag="virtualport"):
    """<virtualport>: how a port is known to a switch."""

    type = Choice(
        "@type",
        ("802.1Qbg", "802.1Qbh", "openvswitch", "midonet"),
        none="none",
        wrong=(XmlError, "unknown virtualport type {}"),
    )
    managerid = Int("parameters/@managerid", high=255, base=0)
    typeid = Int("parameters/@typeid", high=0xFFFFFF, base=0)
    typeidversion = Int("parameters/@typeidversion", high=255, base=0)
    instanceid = Uuid("parameters/@instanceid")
    interfaceid = Uuid("parameters/@interfaceid")
    profileid = Text("parameters/@profileid")

    def complete(self) -> None:
        """Identifiers that nobody gave are made."""
        from vsh.xml.engine.values import generate_uuid

        if self.type == "802.1Qbg" and self.instanceid is None:
            self.instanceid = generate_uuid()
        if self.type == "openvswitch" and self.interfaceid is None:
            self.interfaceid = generate_uuid()


class Rate(Element):
    """A limit in one direction."""

    average = Int("@average", 0, ULONG_MAX, skip=0)
    peak = Int("@peak", 0, ULONG_MAX, skip=0)
    floor = Int("@floor", 0, ULONG_MAX, skip=0)
    burst = Int("@burst", 0, ULONG_MAX, skip=0)


class Bandwidth(Element, tag="bandwidth"):
    """<bandwidth>: limits of traffic."""

    omit_empty = True

    in_average = Int("inbound/@average", 0, ULONG_MAX, skip=0)
    in_peak = Int("inbound/@peak", 0, ULONG_MAX, skip=0)
    in_floor = Int("inbound/@floor", 0, ULONG_MAX, skip=0)
    in_burst = Int("inbound/@burst", 0, ULONG_MAX, skip=0)
    out_average = Int("outbound/@average", 0, ULONG_MAX, skip=0)
    out_peak = Int("outbound/@peak", 0, ULONG_MAX, skip=0)
    out_burst = Int("outbound/@burst", 0, ULONG_MAX, skip=0)


class IpAddress(Element, tag="ip"):
    """<ip>: an address inside a guest or of its host."""

    address = Text("@address")
    family = Text("@family")
    prefix = Text("@prefix")
    peer = Text("@peer")

    def parsed(self, reading: Any) -> Iterable[Error | tuple[str, Error]]:
        if self.address is None:
            yield XmlError("Missing required address in <ip>")
            return
        actual = address_family(self.address)
        family = self.family if self.family in ("ipv4", "ipv6") else actual
        if actual is None or family != actual:
            yield XmlError(f"Invalid address '{self.address}' in <ip>")
            return
        self.family = family
        if self.prefix is not None:
            limit = 32 if family == "ipv4" else 128
            if not self.prefix.isdecimal() or int(self.prefix) > limit:
                yield XmlError(f"Invalid prefix value '{self.prefix}' in <ip>")
            elif int(self.prefix) == 0:
                self.prefix = None
        if self.peer is not None and address_family(self.peer) != family:
            yield InvalidArgument(f"Invalid peer '{self.peer}' in <ip>")


class Route(Element, tag="route"):
    """<route>: a route inside a guest."""

    family = Text("@family")
    address = Text("@address")
    netmask = Text("@netmask")
    prefix = Text("@prefix")
    gateway = Text("@gateway")
    metric = Int("@metric", nonzero=True)


class Range(Element, tag="range"):
    """Ports that are forwarded."""

    omit_empty = True

    start = Int("@start", nonzero=True)
    end = Int("@end", nonzero=True, when=lambda r: r.start)
    to = Int("@to", nonzero=True, when=lambda r: r.start)
    exclude = Flag("@exclude")


class PortForward(Element, tag="portForward"):
    """<portForward>: ports of the host that lead to the guest."""

    proto = Choice("@proto", ("tcp", "udp"), required=True)
    address = Text("@address")
    dev = Text("@dev")
    ranges = Children(Range, "range")

    def parsed(self, reading: Any) -> Iterable[Error | tuple[str, Error]]:
        if self.address is not None and address_family(self.address) is None:
            yield XmlError(f"Invalid address '{self.address}' in <portForward>")


class Parameter(Element, tag="parameter"):
    """A parameter of a network filter."""

    name = Text("@name")
    value = Text("@value")


class FilterRef(Element, tag="filterref"):
    """<filterref>: the network filter of an interface."""

    filter = Text("@filter")
    parameters = Children(Parameter, "parameter")

    def parsed(self, reading: Any) -> Iterable[Error | tuple[str, Error]]:
        good = [p for p in self.parameters if p.name and p.value is not None and _named(p.name)]
        order = {name: number for number, name in enumerate(sorted({p.name for p in good}))}
        self.parameters = sorted(good, key=lambda p: order[p.name])
        return ()


def _named(text: str) -> bool:
    return text.replace("_", "a").isalnum() and text.isascii()


__all__ = ["Bandwidth", "ConfigUnsupported", "FilterRef", "IpAddress", "PortForward", "Vlan"]
