"""<ip> and <route> in a network: its addresses, DHCP, network boot and static routes."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, Error, SystemFailure, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int, Text
from vsh.xml.engine.given import Given
from vsh.xml.engine.structure import Child, Children
from vsh.xml.engine.text import ULONG_MAX
from vsh.xml.engine.values import parse_mac
from vsh.xml.network.facts import Facts
from vsh.xml.shared.socket_address import IPV4, IPV6, canonical, family, prefix_of, range_problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from lxml.etree import _Element

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

_ID_LETTERS = frozenset("0123456789abcdefABCDEF:")
_SHORTEST_LEASE = {"seconds": 120, "minutes": 2}


class Lease(Element, tag="lease"):
    """How long a lease lasts; 0 is for ever."""

    expiry = Int("@expiry", 0, ULONG_MAX, base=0)
    unit = Choice("@unit", ("seconds", "minutes", "hours"), when=lambda lease: lease.expiry)

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.expiry is None:
            self.unit = None
            return
        self.unit = self.unit or "minutes"
        if 0 < self.expiry < _SHORTEST_LEASE.get(self.unit, 0):
            yield ConfigUnsupported("The minimum lease time should be greater than 2 minutes")

    def view(self, flags: int) -> Lease | None:
        """Nothing where no time is given."""
        return None if self.expiry is None else self


class DhcpRange(Element, tag="range"):
    """Addresses that are given out."""

    start = Text("@start", shape=shapes.ADDRESS, needed=True)
    end = Text("@end", shape=shapes.ADDRESS, needed=True)
    lease = Child(Lease, "lease")

    def parsed(self, reading: Reading) -> Found:
        facts = Facts.of(reading)
        for name in ("start", "end"):
            text = getattr(self, name)
            if text is None:
                yield (
                    name,
                    XmlError(
                        f"Missing '{name}' attribute in dhcp range for network '{facts.name}'"
                    ),
                )
                return
            try:
                setattr(self, name, canonical(text))
            except SystemFailure as error:
                yield name, error
                return
        if facts.address is not None:
            problem = range_problem(self.start or "", self.end or "", facts.address, facts.prefix)
            if problem is not None:
                yield "end", problem


class DhcpHost(Element, tag="host"):
    """A guest that always gets the same address."""

    mac = Text("@mac", shape=shapes.MAC)
    id = Text("@id")
    name = Text("@name")
    ip = Text("@ip", shape=shapes.ADDRESS, needed=True)
    lease = Child(Lease, "lease")

    def parsed(self, reading: Reading) -> Found:
        network = Facts.of(reading).name
        address = Facts.of(reading).address
        v6 = address is not None and family(address) == IPV6
        error = self._words(network, v6)
        if error is None and self.ip is not None:
            try:
                self.ip = canonical(self.ip)
            except SystemFailure:
                error = XmlError(
                    f"Invalid IP address in static host definition for network '{network}'"
                )
        error = error or self._missing(network, v6, Facts.of(reading).partial)
        if error is not None:
            yield "ip", error

    def _words(self, network: str | None, v6: bool) -> Error | None:
        if self.mac is not None:
            if v6:
                return XmlError(
                    f"Invalid to specify MAC address '{self.mac}' in network '{network}' "
                    "IPv6 static host definition"
                )
            try:
                first = int(parse_mac(self.mac)[:2], 16)
            except ValueError:
                return XmlError(f"Cannot parse MAC address '{self.mac}' in network '{network}'")
            if first & 1:
                return XmlError(
                    f"expected unicast mac address, found multicast '{self.mac}' "
                    f"in network '{network}'"
                )
        for letter in self.id or "":
            if letter not in _ID_LETTERS:
                return XmlError(
                    f"Invalid character '{letter}' in id '{self.id}' of network '{network}'"
                )
        if self.name is not None and not (self.name[:1].isascii() and self.name[:1].isalnum()):
            return XmlError(f"Cannot use host name '{self.name}' in network '{network}'")
        return None

    def _missing(self, network: str | None, v6: bool, partial: bool) -> Error | None:
        mac, name, ip = self.mac is not None, self.name is not None, self.ip is not None
        if partial:
            if mac or name or ip:
                return None
            return XmlError(
                "At least one of name, mac, or ip attribute must be specified for static host "
                f"definition in network '{network}'"
            )
        if v6 and self.id is None and not name:
            return XmlError(
                f"Static host definition in IPv6 network '{network}' must have id or name attribute"
            )
        if not v6 and not mac and not name:
            return XmlError(
                f"Static host definition in IPv4 network '{network}' must have mac or name "
                "attribute"
            )
        if not ip:
            return XmlError(f"Missing IP address in static host definition for network '{network}'")
        return None


def _serves(ip: Any) -> bool:
    return bool(ip.ranges or ip.hosts)


class NetworkIp(Element, tag="ip"):
    """<ip>: an address of the network's bridge."""

    family = Given("@family", shape="ipv4|ipv6")
    address = Given("@address", shape=shapes.ADDRESS)
    netmask = Given("@netmask", shape=shapes.IPV4)
    prefix = Int("@prefix", skip=0)
    local_ptr = Flag("@localPtr")
    tftp_root = Given("tftp/@root", after="boot_server")
    ranges = Children(DhcpRange, "dhcp/range")
    hosts = Children(DhcpHost, "dhcp/host")
    boot_file = Text("dhcp/bootp/@file", when=_serves)
    boot_server = Text(
        "dhcp/bootp/@server", when=lambda ip: _serves(ip) and ip.boot_file is not None
    )

    @classmethod
    def prepare(cls, element: _Element, reading: Reading) -> None:
        """Tell ranges and hosts which network they are in."""
        address, netmask = element.get("address"), element.get("netmask")
        prefix = element.get("prefix") or ""
        facts = reading.facts = Facts.of(reading).copy()
        dhcp = element.find("dhcp")
        facts.has_boot = dhcp is not None and dhcp.find("bootp") is not None
        facts.has_tftp = element.find("tftp") is not None
        try:
            facts.address = canonical(address or "")
            facts.prefix = prefix_of(
                facts.address,
                canonical(netmask) if netmask else None,
                int(prefix) if prefix.isdecimal() else None,
            )
        except (SystemFailure, ValueError):
            facts.address = None

    def length(self) -> int:
        """The length of the network's prefix."""
        return prefix_of(self.address or "", self.netmask, self.prefix)

    def parsed(self, reading: Reading) -> Found:
        network = Facts.of(reading).name
        shown, mask = self.address, self.netmask
        for name in ("address", "netmask"):
            text = getattr(self, name)
            if text is None and name == "address":
                yield (name, XmlError(f"Missing required address attribute in network '{network}'"))
                return
            if text is not None:
                try:
                    setattr(self, name, canonical(text))
                except SystemFailure:
                    setattr(self, name, None)
                    yield name, XmlError(f"Invalid {name} '{text}' in network '{network}'")
                    return
        error = self._families(network, str(shown), mask)
        if error is not None:
            yield "local_ptr", error
            return
        v4 = family(self.address or "") == IPV4
        if not v4:
            self.boot_file = self.boot_server = None
        elif Facts.of(reading).has_boot:
            if self.boot_file is None:
                yield (
                    "boot_file",
                    XmlError("Missing required attribute 'file' in element 'bootp'"),
                )
            if self.boot_server is not None:
                try:
                    self.boot_server = canonical(self.boot_server)
                except SystemFailure as bad:
                    yield "boot_server", bad
        if not v4 and Facts.of(reading).has_tftp:
            yield ConfigUnsupported(
                f"Unsupported <tftp> element in an IPv6 element in network '{network}'"
            )

    def _families(self, network: str | None, shown: str, mask: str | None) -> Error | None:
        prefix = self.prefix or 0
        v4 = family(self.address or "") == IPV4
        if self.family in (None, IPV4):
            if not v4:
                return ConfigUnsupported(
                    f"{self.family or 'no'} family specified for non-IPv4 address '{shown}' "
                    f"in network '{network}'"
                )
            if mask is not None:
                if family(self.netmask or "") != IPV4:
                    return ConfigUnsupported(
                        f"Invalid netmask '{mask}' for address '{shown}' in network '{network}' "
                        "(both must be IPv4)"
                    )
                if prefix > 0:
                    return ConfigUnsupported(
                        f"Network '{network}' IP address cannot have both a prefix and a netmask"
                    )
            elif prefix > 32:
                return ConfigUnsupported(f"Invalid IPv4 prefix '{prefix}' in network '{network}'")
        elif self.family == IPV6:
            if v4:
                return ConfigUnsupported(
                    f"Family 'ipv6' specified for non-IPv6 address '{shown}' in network '{network}'"
                )
            if mask is not None:
                return ConfigUnsupported(
                    f"netmask not allowed for IPv6 address '{shown}' in network '{network}'"
                )
            if prefix > 128:
                return ConfigUnsupported(f"Invalid IPv6 prefix '{prefix}' in network '{network}'")
        else:
            return XmlError(f"Unrecognized family '{self.family}' in network '{network}'")
        return None
