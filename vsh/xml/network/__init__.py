"""<network>: a virtual network."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, Error, InternalError, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Flag, Text
from vsh.xml.engine.given import Given, NameMissing, Told, ruled_out
from vsh.xml.engine.structure import Child, Children, Custom
from vsh.xml.engine.text import LONG_MAX, ULONG_MAX, escape
from vsh.xml.engine.values import Uuid, generate_uuid, parse_mac
from vsh.xml.network.dns import Dns
from vsh.xml.network.facts import Facts
from vsh.xml.network.forward import Forward, PortGroup
from vsh.xml.network.ip import NetworkIp
from vsh.xml.shared.link import Bandwidth, VirtualPort, Vlan
from vsh.xml.shared.metadata import read_metadata, write_metadata
from vsh.xml.shared.route import Route
from vsh.xml.shared.socket_address import family, masked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

DNSMASQ = "http://libvirt.org/schemas/network/dnsmasq/1.0"
# modes in which libvirt makes the bridge
_OWN_BRIDGE = ("none", "nat", "route", "open")
_ROUTED = ("nat", "route")
_TABLE_MANAGERS = ("kernel", "libvirt")


def _read_options(element: _Element, reading: Reading) -> list[str]:
    found = []
    for option in element.findall(f"{{{DNSMASQ}}}option"):
        value = option.get("value")
        if value is None:
            raise InternalError("No dnsmasq options value specified")
        found.append(value)
    return found


def _write_options(options: list[str], out: list[str], level: int, flags: int) -> None:
    space = "  " * level
    out.append(f"{space}<dnsmasq:options>\n")
    out.extend(f"{space}  <dnsmasq:option value='{escape(text)}'/>\n" for text in options)
    out.append(f"{space}</dnsmasq:options>\n")


class Network(Element, tag="network"):
    """One network."""

    needs = ("name",)

    namespace = Text("@xmlns:dnsmasq", when=lambda network: network.dnsmasq_options)
    connections = Told("@connections", after="dnsmasq_options")
    ipv6 = Given("@ipv6", after="title")
    trust_guest_filters = Flag("@trustGuestRxFilters", after="title")
    name = Text("name")
    uuid = Uuid("uuid", wrong=(InternalError, "malformed uuid element"))
    title = Text("title")
    description = Text("description")
    metadata = Custom("metadata", read_metadata, write_metadata, after="forward")
    forward = Child(Forward, "forward", after="routes")
    bridge = Given("bridge/@name")
    bridge_zone = Given("bridge/@zone")
    bridge_stp = Given("bridge/@stp")
    bridge_delay = Given("bridge/@delay")
    bridge_table_manager = Given("bridge/@macTableManager")
    mtu = Given("mtu/@size", skip="0", after="mac")
    mac = Given("mac/@address", shape=shapes.CARD_MAC, needed=True)
    domain = Text("domain/@name")
    domain_local_only = Flag(
        "domain/@localOnly", when=lambda network: network.domain is not None, after="title"
    )
    domain_register = Flag(
        "domain/@register", when=lambda network: network.domain is not None, after="title"
    )
    dns = Child(Dns, "dns")
    vlan = Child(Vlan, "vlan", after="bandwidth")
    bandwidth = Child(Bandwidth, "bandwidth", after="title")
    isolated_port = Flag("port/@isolated", after="title")
    ips = Children(NetworkIp, "ip", after="port_groups")
    routes = Children(Route, "route", after="port_groups")
    virtual_port = Child(VirtualPort, "virtualport")
    port_groups = Children(PortGroup, "portgroup")
    dnsmasq_options = Custom(f"{{{DNSMASQ}}}options", _read_options, _write_options)

    uuid_generated = False

    @classmethod
    def prepare(cls, element: _Element, reading: Reading) -> None:
        """Tell the parts the network's name."""
        reading.facts = Facts(element.findtext("name"))

    @property
    def mode(self) -> str:
        """How guests reach the world; ``none`` where they do not."""
        return "none" if self.forward is None else self.forward.mode or "nat"

    @property
    def own_bridge(self) -> bool:
        """Whether the bridge is libvirt's own."""
        return self.mode in _OWN_BRIDGE

    def parsed(self, reading: Reading) -> Found:
        name = self.name
        if name is None:
            yield "name", NameMissing()
        else:
            error = ruled_out("name", name, "/")
            if error is not None:
                yield "name", error
        if self.uuid is None:
            self.uuid = generate_uuid()
            self.uuid_generated = True
        if self.title is not None and "\n" in self.title:
            yield "title", XmlError("Network title can't contain newlines")
        if self.ipv6 not in (None, "yes", "no"):
            yield "ipv6", XmlError(f"Invalid ipv6 setting '{self.ipv6}' in network '{name}'")
        self.ipv6 = "yes" if self.ipv6 == "yes" else None
        if self.domain_register and not self.domain_local_only:
            yield (
                "domain_register",
                ConfigUnsupported(
                    "attribute 'register=yes' in <domain> element requires 'localOnly=yes' "
                    f"in network {name}"
                ),
            )
        yield from self._link()
        if self.virtual_port is not None and self.virtual_port.type is None:
            yield "virtual_port", XmlError("missing required virtualport type")
        yield from self._reachable()
        for error in self._forwarding():
            yield "forward", error
        if self.own_bridge:
            self.bridge_stp = "off" if self.bridge_stp == "off" else "on"
            self.bridge_delay = self.bridge_delay or "0"
        self.dnsmasq_options = self.dnsmasq_options or None
        self.namespace = DNSMASQ if self.dnsmasq_options else None

    def _link(self) -> Iterable[tuple[str, Error]]:
        """The bridge, its address and size."""
        from vsh.xml.engine.text import number

        name = self.name
        if self.bridge_delay is not None:
            try:
                delay = number(self.bridge_delay)
                if not 0 <= delay <= ULONG_MAX:
                    raise ValueError(delay)
                self.bridge_delay = str(delay if delay <= LONG_MAX else delay - ULONG_MAX - 1)
            except ValueError:
                yield "bridge_delay", XmlError(f"Invalid delay value in network '{name}'")
        if self.bridge_table_manager not in (None, *_TABLE_MANAGERS):
            yield (
                "bridge_table_manager",
                XmlError(
                    f"Invalid macTableManager setting '{self.bridge_table_manager}' "
                    f"in network '{name}'"
                ),
            )
        if self.mac is not None:
            text = self.mac
            try:
                self.mac = parse_mac(text)
                if int(self.mac[:2], 16) & 1:
                    yield (
                        "mac",
                        XmlError(
                            f"Invalid multicast bridge mac address '{text}' in network '{name}'"
                        ),
                    )
            except ValueError:
                yield "mac", XmlError(f"Invalid bridge mac address '{text}' in network '{name}'")
        if self.mtu is not None:
            try:
                size = number(self.mtu)
                if abs(size) >> 32:
                    raise ValueError(size)
                self.mtu = str(size % (1 << 32))  # as strtoul reads a negative one
            except ValueError:
                yield "mtu", XmlError(f"Invalid mtu size '{self.mtu}' in network '{name}'")
                self.mtu = None

    def _reachable(self) -> Iterable[tuple[str, Error]]:
        """Gateways that are in none of the network's own subnetworks."""
        from vsh.xml.shared.socket_address import is_address

        ips = [ip for ip in self.ips if ip.address and is_address(ip.address)]
        for route in self.routes:
            gateway = route.gateway
            if gateway is None or not is_address(gateway):
                continue
            near = any(
                family(ip.address or "") == family(gateway)
                and ip.length() >= 0
                and masked(ip.address or "", ip.length()) == masked(gateway, ip.length())
                for ip in ips
            )
            if not near:
                yield (
                    "routes",
                    ConfigUnsupported(
                        f"unreachable static route gateway '{gateway}' specified "
                        f"for network '{self.name}'"
                    ),
                )

    def _forwarding(self) -> Iterable[Error]:
        """What does not go with the mode."""
        name, mode = self.name, self.mode
        interfaces = self.forward.interfaces or self.forward.places if self.forward else []
        if mode in _ROUTED:
            if not self.ips:
                yield XmlError(
                    f"{mode} forwarding requested, but no IP address provided for network '{name}'"
                )
            if len(interfaces) > 1:
                yield XmlError(
                    f"multiple forwarding interfaces specified for network '{name}', "
                    "only one is supported"
                )
        elif mode == "open":
            if interfaces:
                yield XmlError(
                    f"forward dev not allowed for network '{name}' with forward mode='open'"
                )
        elif mode != "none":
            yield from self._foreign_bridge(
                bool(interfaces or (self.forward and self.forward.functions))
            )
        if self.mtu and self.mtu != "0" and not self.own_bridge:
            yield XmlError(
                "mtu size only allowed in open, route, nat, and isolated mode, "
                f"not in {mode} (network '{name}')"
            )

    def _foreign_bridge(self, has_device: bool) -> Iterable[Error]:
        name, mode = self.name, self.mode
        if mode != "bridge":
            for word, value in (
                ("name", self.bridge),
                ("zone", self.bridge_zone),
                ("macTableManager setting", self.bridge_table_manager),
            ):
                if value:
                    yield XmlError(f"bridge {word} not allowed in {mode} mode (network '{name}')")
        if self.bridge_delay not in (None, "0") or self.bridge_stp or self.bridge_zone:
            yield XmlError(
                "bridge delay/stp/zone options only allowed in open, route, nat, and isolated "
                f"mode, not in {mode} (network '{name}')"
            )
        if self.bridge and has_device:
            yield XmlError(
                f"A network with forward mode='{mode}' can specify a bridge name or "
                f"a forward dev, but not both (network '{name}')"
            )

    def view(self, flags: int) -> Network:
        """As it is written: the bridge of other modes has a name at most."""
        own = self.own_bridge
        if not own and (self.bridge_stp or self.bridge_delay or self.bridge_zone):
            import copy

            twin = copy.copy(self)
            twin.bridge_stp = twin.bridge_delay = None
            if not (self.bridge or self.bridge_table_manager):
                twin.bridge_zone = None
            return twin
        return self

    @property
    def first_address(self) -> tuple[str, int] | None:
        """The first address that guests may have, and the length of its prefix."""
        for ip in self.ips:
            if ip.ranges:
                return ip.ranges[0].start or "", ip.length()
        for ip in self.ips:
            return ip.address or "", ip.length()
        return None
