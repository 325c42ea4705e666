"""What a network must be to be one of this machine's, and the names that it is given."""

from __future__ import annotations

import os
import sys

from vsh.drivers.host.netlink import exists
from vsh.errors import ConfigUnsupported, InternalError
from vsh.xml.shared.link import is_limit
from vsh.xml.shared.socket_address import IPV4, IPV6, family, masked, prefix_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.drivers.host.network.networks import Network
    from vsh.errors import Error
    from vsh.xml.network import Network as Definition

_LAST_BRIDGE = 256
_TAGGED = ("hostdev", "passthrough")
_SWITCHES = (None, "openvswitch")


def check(definition: Definition, others: Iterable[Network], sysfs: str = "") -> None:
    """Complete a definition with the name and address of its bridge.

    sysfs  what stands before /sys, where devices are looked for

    Raises Error where it cannot be a network of this machine.
    """
    from vsh.xml.engine.given import ruled_out

    problem = ruled_out("name", str(definition.name), "\n")
    if problem is not None:
        raise problem
    if definition.own_bridge:
        _name_bridge(definition, others)
        if definition.mac is None:
            definition.mac = "52:54:00:" + os.urandom(3).hex(":")
    else:
        _check_foreign(definition)
    _check_pool(definition, sysfs)
    for kind, shown in ((IPV4, "IPv4"), (IPV6, "IPv6")):
        serving = [ip for ip in definition.ips if ip.ranges or ip.hosts]
        if sum(family(ip.address or "") == kind for ip in serving) > 1:
            raise ConfigUnsupported(
                f"Multiple {shown} dhcp sections found -- dhcp is supported only for a single "
                f"{shown} address on each network"
            )
    _check_groups(definition)


def check_addresses(definition: Definition) -> None:
    """Refuse masks that are of no network.  Raises InternalError."""
    if any(ip.length() < 0 for ip in definition.ips):
        if definition.mode in ("nat", "route"):
            raise InternalError(f"Invalid prefix or netmask for '{definition.bridge}'")
        raise InternalError(f"bridge '{definition.bridge}' has an invalid netmask or IP address")


def _name_bridge(definition: Definition, others: Iterable[Network]) -> None:
    """The name that it wants, if nobody has it; else the first that is free."""
    used: set[str] = set()
    for other in others:
        if other.name != definition.name:
            used |= other.bridges
    wanted = definition.bridge
    if wanted and "%d" not in wanted:
        if wanted in used:
            raise InternalError(f"bridge name '{wanted}' already in use.")
        return
    pattern = wanted if wanted and wanted.count("%") == 1 else "virbr%d"
    for number in range(_LAST_BRIDGE + 1):
        name = pattern.replace("%d", str(number))
        if name not in used and not exists(name):
            definition.bridge = name
            return
    raise InternalError(f"Bridge generation exceeded max id {_LAST_BRIDGE}")


def _check_foreign(definition: Definition) -> None:
    """What only a network with a bridge of ours can have."""
    dns = definition.dns
    has_dns = dns is not None and bool(dns.texts or dns.hosts or dns.services)
    for word, there in (
        ("mac", definition.mac is not None),
        ("ip", bool(definition.ips)),
        ("dns", has_dns),
        ("domain", definition.domain is not None),
    ):
        if there:
            raise _unsupported(f"Unsupported <{word}> element", definition)
    if is_limit(definition.bandwidth) and not _takes_bandwidth(definition):
        raise _unsupported("Unsupported network-wide <bandwidth> element", definition)


def _unsupported(what: str, definition: Definition) -> Error:
    return ConfigUnsupported(
        f"{what} in network {definition.name} with forward mode='{definition.mode}'"
    )


def _takes_bandwidth(definition: Definition) -> bool:
    return definition.own_bridge or (definition.mode == "bridge" and bool(definition.bridge))


def _check_pool(definition: Definition, sysfs: str) -> None:
    """The host's devices that the network may use."""
    forward, name = definition.forward, definition.name
    if forward is None:
        return
    if forward.interfaces and definition.mode == "hostdev":
        raise ConfigUnsupported(
            f"hostdev network '{name}' lists '{forward.interfaces[0].dev}' in the device pool, but "
            "hostdev networks require all devices to be listed by PCI address, not network device "
            "name"
        )
    for place in forward.places:
        if definition.mode != "hostdev":
            raise ConfigUnsupported(
                f"network '{name}' has forward mode '{definition.mode}'  but lists a device by PCI "
                "address in the device pool. This is only supported for networks with forward mode "
                "'hostdev'"
            )
        domain, bus, slot, function = place.numbers()
        path = f"{sysfs}/sys/bus/pci/devices/{domain:04x}:{bus:02x}:{slot:02x}.{function:x}"
        if not os.path.exists(f"{path}/physfn"):
            raise ConfigUnsupported(
                f"device '{path}' in network '{name}' is not an SR-IOV Virtual Function"
            )
    if bool(forward.functions) + bool(forward.interfaces) + bool(forward.places) > 1:
        raise ConfigUnsupported(
            f"<address>, <interface>, and <pf> elements of <forward> in network {name} are "
            "mutually exclusive"
        )


def _check_groups(definition: Definition) -> None:
    """Port groups and VLANs: only some kinds of network can have those."""
    name, port = definition.name, definition.virtual_port
    bridged = definition.mode == "bridge"
    switch = bridged and (None if port is None else port.type) in _SWITCHES
    tagged = definition.mode in _TAGGED or switch
    wrong, default, seen = False, None, set()
    for group in definition.port_groups:
        if definition.vlan is not None or group.vlan is not None:
            if group.virtual_port is not None:
                wrong |= not bridged or group.virtual_port.type != "openvswitch"
            else:
                wrong |= not tagged
        if group.default:
            if default is not None:
                raise ConfigUnsupported(
                    f"network '{name}' has multiple default <portgroup> elements "
                    f"({default.name} and {group.name}), but only one default is allowed"
                )
            default = group
        if group.name in seen:
            raise ConfigUnsupported(
                f"multiple <portgroup> elements with the same name ({group.name}) in network "
                f"'{name}'"
            )
        seen.add(group.name)
        if is_limit(group.bandwidth) and not _takes_bandwidth(definition):
            raise ConfigUnsupported(
                f"Unsupported <bandwidth> element in network '{name}' in portgroup '{group.name}' "
                f"with forward mode='{definition.mode}'"
            )
    if wrong or (definition.vlan is not None and not tagged and default is None):
        raise ConfigUnsupported(
            f"<vlan> element specified for network {name}, whose type doesn't support vlan "
            "configuration"
        )


def check_routes(definition: Definition) -> None:
    """Whether the host has a route already where the network wants to be.  Raises InternalError."""
    nets = [
        (masked(ip.address, ip.length()), ip.length())
        for ip in definition.ips
        if ip.address and family(ip.address) == IPV4
    ]
    ways = [
        (masked(route.address, prefix), prefix, route)
        for route in definition.routes
        if route.address and family(route.address) == IPV4
        for prefix in (prefix_of(route.address, route.netmask, route.prefix),)
    ]
    try:
        with open("/proc/net/route", encoding="ascii") as file:
            lines = file.read().splitlines()[1:]
    except OSError:
        return
    for line in lines:
        words = line.split()
        target, mask = (int.from_bytes(bytes.fromhex(words[n]), sys.byteorder) for n in (1, 7))
        there = (target & mask, mask.bit_count())
        if there in nets:
            raise InternalError(f"Network is already in use by interface {words[0]}")
        for net, prefix, route in ways:
            if there == (net, prefix):
                raise InternalError(
                    f"Route address '{route.address}' conflicts with IP address for '{words[0]}'"
                )
