"""What network interfaces share with networks and ports: VLANs, bandwidth, virtual ports,
addresses, filters."""

from __future__ import annotations

from vsh.errors import InvalidArgument, SystemFailure, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int, Text
from vsh.xml.engine.structure import Children
from vsh.xml.engine.text import number
from vsh.xml.shared.link import VirtualPort
from vsh.xml.shared.route import Route

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading


def numeric(text: str) -> tuple[str, str] | None:
    """The usual form of a numeric address, and whether it is ``ipv4`` or ``ipv6``."""
    from vsh.xml.shared.socket_address import canonical, family

    if "%" in text:  # in one network: the name or number of its interface is asked for
        import socket

        try:
            found = socket.getaddrinfo(text, 0, flags=socket.AI_NUMERICHOST)
        except (OSError, UnicodeError, ValueError):
            return None
        return socket.getnameinfo(found[0][4], socket.NI_NUMERICHOST)[0], "ipv6"
    try:
        address = canonical(text)
    except SystemFailure:
        return None
    return address, family(address)


class DomainPort(VirtualPort):
    """<virtualport> of a card: identifiers that nobody gave are made."""

    alone = False

    def complete(self) -> None:
        """Make what the port, or without a type a port of any type, needs to be known by."""
        from vsh.xml.engine.values import generate_uuid

        if self.type in (None, "802.1Qbg") and self.instanceid is None:
            self.instanceid = generate_uuid()
        if self.type in (None, "openvswitch") and self.interfaceid is None:
            self.interfaceid = generate_uuid()


class GuestRoute(Route):
    """<route>: a route inside a guest."""

    def owner(self, reading: Reading) -> str:
        return "guest interface"


class OutsideRoute(Route):
    """<route> of a card's <source>: a route outside the guest."""

    def owner(self, reading: Reading) -> str:
        return "interface host IP"


class HostRoute(Route):
    """<route> of a device of the host that a container gets."""

    def owner(self, reading: Reading) -> str:
        return "Domain hostdev device"


class IpAddress(Element, tag="ip"):
    """<ip>: an address inside a guest or of its host."""

    address = Text("@address", shape=shapes.ADDRESS)
    family = Text("@family", shape="ipv4|ipv6")
    prefix = Text("@prefix", shape=shapes.NUMBER)
    peer = Text("@peer")

    def parsed(self, reading: Reading) -> Found:
        if self.address is None:
            yield XmlError("Missing required address in <ip>")
            return
        found = numeric(self.address)
        if found is None or self.family in {"ipv4", "ipv6"} - {found[1]}:
            yield XmlError(f"Invalid address '{self.address}' in <ip>")
            return
        self.address, family = found
        self.family = family
        if self.prefix is not None:
            limit = 32 if family == "ipv4" else 128
            try:
                length = number(self.prefix)
            except ValueError:
                length = -1
            if not 0 <= length <= limit:
                yield XmlError(f"Invalid prefix value '{self.prefix}' in <ip>")
            self.prefix = str(length) if length else None
        if self.peer is not None:
            peer = numeric(self.peer)
            if peer is None or peer[1] != family:
                yield InvalidArgument(f"Invalid peer '{self.peer}' in <ip>")
            else:
                self.peer = peer[0]


class Range(Element, tag="range"):
    """Ports that are forwarded."""

    omit_empty = True

    start = Int("@start", nonzero=True, shape=shapes.INTEGER)
    end = Int("@end", nonzero=True, when=lambda r: r.start, shape=shapes.INTEGER)
    to = Int("@to", nonzero=True, when=lambda r: r.start, shape=shapes.INTEGER)
    exclude = Flag("@exclude")


class PortForward(Element, tag="portForward"):
    """<portForward>: ports of the host that lead to the guest."""

    proto = Choice[str]("@proto", ("tcp", "udp"), required=True)
    address = Text("@address")
    dev = Text("@dev")
    ranges = Children(Range, "range")

    def parsed(self, reading: Reading) -> Found:
        if self.address is not None:
            found = numeric(self.address)
            if found is None:
                yield XmlError(f"Invalid address '{self.address}' in <portForward>")
            else:
                self.address = found[0]
