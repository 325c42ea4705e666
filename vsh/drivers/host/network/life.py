"""A network comes up and goes down: its bridge, its part of the firewall, its dnsmasq.

Each change of the host is kept before it is made (``Network.step``).  ``take_down`` takes away
whatever is there of it, and only that: a bridge is ours if it has the address that we gave it, a
dnsmasq if it reads our file; so it is also what cleans up after a crash.
"""

from __future__ import annotations

import contextlib
import errno
import os

from vsh.drivers.host.netlink import Netlink, exists
from vsh.drivers.host.network import (
    bandwidth,
    checks,
    daemon,
    device_pool,
    firewalld,
    guarantees,
    ports,
    resolved,
)
from vsh.drivers.host.network.firewall import rules
from vsh.drivers.host.network.networks import UPDATING
from vsh.drivers.state.attempts import Ignoring
from vsh.drivers.state.record import NotWritten
from vsh.errors import InternalError, SystemFailure
from vsh.xml.shared.socket_address import IPV4, IPV6, family

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.drivers.host.network.host import NetworkHost
    from vsh.drivers.host.network.networks import Network
    from vsh.xml.network import Network as Definition

_NET_ADMIN = 12  # capabilities(7)


def start(host: NetworkHost, network: Network) -> None:
    """Bring a network up from its definition.  Raises Error; the network is then as before."""
    definition = network.definition
    if not _makes_links(definition):
        device_pool.check(definition, host.sysfs)
        guarantees.limit(network)
        network.active = True
        return
    _check_rights(definition)
    checks.check_routes(definition)
    if exists(str(definition.bridge)):
        raise SystemFailure(
            f"error creating bridge interface {definition.bridge}: {os.strerror(errno.EEXIST)}"
        )
    daemon.check(host.root, definition)
    checks.check_addresses(definition)
    rules(definition)  # what cannot be one is refused while there is nothing to take away
    network.step = "starting"
    host.networks.keep(network)
    try:
        _make(host, network, definition)
        network.step = None
        network.active = True
        network.link = (str(definition.bridge), str(definition.mac))
        host.networks.keep(network)
    except BaseException:
        network.step, network.active, network.link = "starting", False, None
        take_down(host, network)
        network.step = None
        with Ignoring(NotWritten):
            host.networks.keep(network)
        raise


def stop(host: NetworkHost, network: Network) -> None:
    """Take a network down."""
    if _makes_links(network.definition):
        network.step = "stopping"
        network.active = False
        host.networks.keep(network)
        take_down(host, network)
    elif network.definition.bandwidth is not None:
        bandwidth.clear(str(network.definition.bridge))
    network.step = None
    network.active = False


def finish(host: NetworkHost, network: Network) -> None:
    """After a crash: clean up what was begun, or see to what should run.  With it held."""
    definition = network.definition
    if network.step == UPDATING and _is_there(definition):
        network.step = None
        host.put_rules()
        if definition.ips:
            daemon.restart(host.root, network)
        guarantees.limit(network)
        ports.write_macs(host, network)
    elif network.step is not None:
        if _makes_links(definition):
            take_down(host, network)
        network.step = None
        ended(network)
    elif not _is_there(definition):
        if _makes_links(definition):
            take_down(host, network)
        ended(network)
    elif network.daemon is not None and not daemon.alive(host.root, network):
        daemon.restart(host.root, network)
    host.networks.keep(network)
    if not (network.persistent or network.active):
        host.networks.remove(network, ended=True)


def settle(host: NetworkHost) -> None:
    """Clean up what a crash left behind of networks that are active or were being changed."""
    found = host.networks.all()
    unfinished = [network for network in found if network.step is not None]
    active = [network for network in found if network.active]
    for network in (*unfinished, *changed(host.root, active)):
        with network:
            finish(host, network)


def changed(root: str, networks: list[Network]) -> list[Network]:
    """Which of these active networks are not as they were left: their bridge or dnsmasq is gone."""
    bridges = _bridges()
    return [
        network
        for network in networks
        if (network.link is not None and bridges.get(network.link[0]) != network.link[1])
        or (network.daemon is not None and not daemon.alive(root, network))
    ]


def _bridges() -> dict[str, str]:
    """The MAC addresses of all bridges of this host, by name."""
    with contextlib.suppress(OSError), Netlink() as netlink:
        return {link.name: link.mac for link in netlink.links() if link.kind == "bridge"}
    return {}


def ended(network: Network) -> None:
    """A network is not active any more: back to its persistent definition."""
    network.active = False
    network.rules = {}
    network.link = None
    network.daemon = None
    network.ports = {}
    if network.planned is not None:
        network.definition = network.planned
        network.planned = None


def take_down(host: NetworkHost, network: Network) -> None:
    """Take away what is there of a network on the host, and nothing else."""
    definition = network.definition
    daemon.stop(host.root, definition)
    if network.rules or network.step is not None:
        host.remove_rules(network)
    with contextlib.suppress(OSError), Netlink() as netlink:
        if _is_ours(netlink, definition):
            if definition.bandwidth is not None:
                bandwidth.clear(str(definition.bridge))
            netlink.delete(str(definition.bridge))


def _is_ours(netlink: Netlink, definition: Definition) -> bool:
    link = netlink.link(str(definition.bridge))
    return link is not None and link.kind == "bridge" and link.mac == definition.mac


def _is_there(definition: Definition) -> bool:
    if not _makes_links(definition):
        return True
    with Netlink() as netlink:
        return _is_ours(netlink, definition)


def _makes_links(definition: Definition) -> bool:
    return definition.own_bridge


def may_make_links() -> bool:
    """Whether this process may make network links."""
    with open("/proc/self/status", encoding="ascii", errors="replace") as file:
        for line in file:
            if line.startswith("CapEff:"):
                return bool(int(line.split()[1], 16) >> _NET_ADMIN & 1)
    return False


def _check_rights(definition: Definition) -> None:
    if not may_make_links():
        raise SystemFailure(
            f"error creating bridge interface {definition.bridge}: {os.strerror(errno.EPERM)}",
            hint="only root can make a bridge: run this as root, or give guests <interface "
            "type='user'>, with <backend type='passt'/> or without, which needs no rights",
        )


def _make(host: NetworkHost, network: Network, definition: Definition) -> None:
    bridge = str(definition.bridge)
    with Netlink() as netlink:
        try:
            netlink.add_bridge(
                bridge,
                definition.mac,
                delay=int(definition.bridge_delay or 0),
                stp=definition.bridge_stp != "off",
            )
        except OSError as error:
            raise SystemFailure(
                f"error creating bridge interface {bridge}: {error.strerror}"
            ) from None
        if definition.mtu and int(definition.mtu):
            with _trying(f"Cannot set interface MTU on '{bridge}'"):
                netlink.set_mtu(bridge, int(definition.mtu))
        _set_ipv6(bridge, wanted=_has(definition, IPV6))
        _say_ports(definition)
        firewalld.enter_zone(definition)
        host.add_rules(network)
        for ip in definition.ips:
            with _trying(f"Failed to add IP address {ip.address}/{ip.length()} to {bridge}"):
                netlink.add_address(bridge, str(ip.address), ip.length())
        if definition.bridge_table_manager == "libvirt":
            with _trying(f"Unable to set bridge {bridge} vlan_filtering"):
                netlink.set_vlan_filtering(bridge)
        with _trying(f"Cannot set interface flags on '{bridge}'"):
            netlink.set_up(bridge)
        _route(netlink, definition, bridge)
    if definition.mode != "none":
        _forward(definition)
    if definition.ips:
        network.daemon = daemon.start(host.root, definition)
    resolved.register(definition)
    guarantees.limit(network)


@contextlib.contextmanager
def _trying(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SystemFailure(f"{what}: {error.strerror}") from None


def _say_ports(definition: Definition) -> None:
    """The ports that guests are seen with, where the document leaves that to us."""
    from vsh.xml.network.forward import Nat, NatPorts

    forward = definition.forward
    if forward is None or definition.mode != "nat":
        return
    nat = forward.nat[0] if forward.nat else Nat()
    if not nat.ports and (nat.ipv6 or _has(definition, IPV4)):
        nat.ports = [NatPorts(start="1024", end="65535")]
    forward.nat = [nat]


_EVERYWHERE = {IPV4: ".".join("0000"), IPV6: "::"}


def _route(netlink: Netlink, definition: Definition, bridge: str) -> None:
    """The network's routes; like libvirt it comes up without one that cannot be."""
    from vsh.xml.shared.socket_address import prefix_of

    for route in definition.routes:
        address = route.address or _EVERYWHERE[route.family or IPV4]
        prefix = prefix_of(address, route.netmask, route.prefix)
        with contextlib.suppress(OSError):
            netlink.add_route(bridge, address, prefix, str(route.gateway), route.metric or 1)


def _has(definition: Definition, kind: str) -> bool:
    return any(family(ip.address or "") == kind for ip in definition.ips)


def _set_ipv6(bridge: str, *, wanted: bool) -> None:
    """No IPv6 on a bridge that has no address of it; never what guests advertise to the host."""
    folder = f"/proc/sys/net/ipv6/conf/{bridge}"
    if not os.path.isdir(folder):
        return  # this kernel has no IPv6
    for name, value in (
        ("disable_ipv6", "0" if wanted else "1"),
        ("accept_ra", "0"),
        ("autoconf", "0"),
    ):
        with _trying(f"cannot write to '{folder}/{name}' on bridge '{bridge}'"):
            _write(f"{folder}/{name}", value)


def _forward(definition: Definition) -> None:
    """Turn the host into a router.

    Raises InternalError where that would cost it the routes that it learns by IPv6.
    """
    v6 = _has(definition, IPV6)
    if v6:
        learning = _learns_routes()
        if learning:
            raise InternalError(
                "Check the host setup: enabling IPv6 forwarding with RA routes without accept_ra "
                f"set to 2 is likely to cause routes loss. Interfaces to look at: {learning}"
            )
    with _trying("failed to enable IP forwarding"):
        if _has(definition, IPV4):
            _write("/proc/sys/net/ipv4/ip_forward", "1\n")
        if v6:
            _write("/proc/sys/net/ipv6/conf/all/forwarding", "1\n")


def _learns_routes() -> str:
    """The interfaces that have a route from a router's advertisement and would lose it."""
    found: list[str] = []
    with contextlib.suppress(OSError), open("/proc/net/ipv6_route", encoding="ascii") as file:
        for line in file:
            words = line.split()
            name = words[9]
            if int(words[8], 16) & 0x00040000 and name not in found:  # RTF_ADDRCONF
                with open(f"/proc/sys/net/ipv6/conf/{name}/accept_ra", encoding="ascii") as setting:
                    if setting.read().strip() != "2":
                        found.append(name)
    return ", ".join(found)


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
