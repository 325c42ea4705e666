"""The networks of an LXC configuration."""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, ConfSyntax, InvalidArgument
from vsh.hypervisors.conf import whole
from vsh.hypervisors.devices import features_of
from vsh.xml.engine.values import parse_mac

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.hypervisors.conf import Conf
    from vsh.xml.domain import Domain
    from vsh.xml.domain.devices._network import GuestRoute, IpAddress
    from vsh.xml.domain.devices.hostdev import HostDevice
    from vsh.xml.domain.devices.interface import Interface

_ENTRIES = {
    "name": "name", "type": "type", "link": "link", "hwaddr": "mac", "flags": "flags",
    "macvlan.mode": "mode", "vlan.id": "vlan", "ipv4.gateway": "gateway4",
    "ipv6.gateway": "gateway6",
}  # fmt: skip
_ADDRESSES = {"ipv4": "ipv4", "ipv4.address": "ipv4", "ipv6": "ipv6", "ipv6.address": "ipv6"}
_EVERYWHERE = {"ipv4": "0.0.0.0", "ipv6": "::"}  # noqa: S104
_MODES = ("private", "vepa", "bridge")
_OLD, _NEW = "lxc.network.", "lxc.net."


class _Network:
    """What is said about one network."""

    def __init__(self, index: int) -> None:
        self.index = index
        self.values: dict[str, str] = {}
        self.ips: list[object] = []

    def get(self, name: str) -> str | None:
        """One value."""
        return self.values.get(name)


def read_networks(domain: Domain, conf: Conf) -> None:
    """Add the cards; without any the container has a network of its own."""
    networks: list[_Network] = []
    for name, value in conf.lines():
        if name.startswith((_OLD, _NEW)):
            conf.asked.add(name)
        if name.startswith(_OLD):
            _entry(_old(networks, name), name[len(_OLD) :], value)
        elif name.startswith(_NEW):
            digits, _, suffix = name[len(_NEW) :].partition(".")
            index = whole(digits)
            if index is None or not suffix:
                raise ConfSyntax(f"invalid network entry '{name}'")
            _entry(_new(networks, index), suffix, value)
    for network in networks:
        if network.get("type") not in (None, "", "empty", "none"):
            _add(domain, network)
    if not networks:
        features_of(domain).privnet = True


def _old(networks: list[_Network], name: str) -> _Network:
    """In the former form a type begins a network."""
    if name == f"{_OLD}type":
        networks.append(_Network(len(networks)))
    if not networks:
        raise ConfSyntax(f"'{name}' before 'lxc.network.type'")
    return networks[-1]


def _new(networks: list[_Network], index: int) -> _Network:
    for network in networks:
        if network.index == index:
            return network
    networks.append(_Network(index))
    return networks[-1]


def _entry(network: _Network, name: str, value: str) -> None:
    if name in _ADDRESSES:
        network.ips.append(_address(value, _ADDRESSES[name]))
    elif name in _ENTRIES:
        network.values[_ENTRIES[name]] = value
    else:
        raise ConfSyntax(f"unhandled network property '{name}'")


def _address(text: str, family: str) -> IpAddress:
    from vsh.xml.domain.devices._network import IpAddress, numeric

    address, slash, prefix = text.partition("/")
    length = whole(prefix, 2**32 - 1)
    read = numeric(address)
    if not slash or read is None or read[1] != family or length is None:
        raise InvalidArgument(f"Invalid CIDR address: '{text}'")
    return IpAddress(address=read[0], family=family, prefix=prefix if length else None)


def _routes(network: _Network) -> list[GuestRoute]:
    from vsh.xml.domain.devices._network import GuestRoute

    found = []
    for name, family in (("gateway4", "ipv4"), ("gateway6", "ipv6")):
        gateway = network.get(name)
        if gateway is not None:
            found.append(GuestRoute(family=family, address=_EVERYWHERE[family], gateway=gateway))
    return found


def _add(domain: Domain, network: _Network) -> None:
    if network.get("type") in ("phys", "vlan"):
        domain.hostdevs.append(_host_card(network))
    else:
        domain.interfaces.append(_card(network))


def _host_card(network: _Network) -> HostDevice:
    """A card of the host, or a VLAN on it."""
    from vsh.xml.domain.devices.hostdev import HostDevice, HostSource

    name = network.get("link")
    if name is None:
        raise ConfigUnsupported("Missing 'link' attribute for NIC")
    if network.get("type") == "vlan" and network.get("vlan") is not None:
        name = f"{name}.{network.get('vlan')}"
    return HostDevice(
        mode="capabilities",
        type="net",
        source=HostSource(interface=name),
        ips=network.ips,
        routes=_routes(network),
    )


def _card(network: _Network) -> Interface:
    from vsh.xml.domain.devices.interface import Interface, NetSource

    source = NetSource()
    card = Interface(source=source, ips=network.ips, routes=_routes(network))
    card.link = "up" if network.get("flags") == "up" else "down"
    card.guest = network.get("name")
    mac, link = network.get("mac"), network.get("link")
    if mac is not None:
        try:
            card.mac = parse_mac(mac)
        except ValueError:
            card.mac = None
    if network.get("type") == "veth":
        card.type = "ethernet" if link is None else "bridge"
        source.bridge = link
    elif network.get("type") == "macvlan":
        if link is None:
            raise ConfSyntax("macvlan network without 'link'")
        mode = network.get("mode") or "private"
        card.type = "direct"
        source.dev = link
        source.mode = mode if mode in _MODES else "vepa"
    return card
