"""net-update: one section of a network is added to, changed or taken from.

``update`` changes the model in place, or raises libvirt's error and leaves it as it was.
"""

from __future__ import annotations

from vsh.errors import OperationInvalid, OperationUnsupported, XmlError
from vsh.xml.engine.reader import parse, read_element
from vsh.xml.engine.reading import Reading
from vsh.xml.engine.values import parse_mac
from vsh.xml.network.dns import Dns, HostRecord, ServiceRecord, TextRecord
from vsh.xml.network.facts import Facts
from vsh.xml.network.forward import ForwardInterface, PortGroup
from vsh.xml.network.ip import DhcpHost, DhcpRange
from vsh.xml.shared.socket_address import IPV4, family

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from lxml.etree import _Element

    from vsh.errors import Error
    from vsh.xml.network import Network
    from vsh.xml.network.ip import NetworkIp

_ADDING = ("add-last", "add-first")


def update(network: Network, command: str, section: str, index: int, document: str) -> None:
    """Apply one update.  Raises Error.

    command  "modify", "delete", "add-last" or "add-first"
    section  "bridge", "ip-dhcp-host" ...: a word of NetworkUpdateSection
    index    the <ip> that is meant, -1 for the right one
    """
    element = parse(document)
    act = _SECTIONS.get(section)
    if act is None:
        raise OperationUnsupported("can't update unrecognized section of network")
    if isinstance(act, str):
        raise OperationUnsupported(f"can't update '{act}' section of network '{network.name}'")
    act(network, command, index, element)


def _expect(network: Network, element: _Element, tag: str) -> None:
    if element.tag != tag:
        raise XmlError(
            f"unexpected element <{element.tag}>, expecting <{tag}>, "
            f"while updating network '{network.name}'"
        )


def _read(element: _Element, kind: Any, facts: Facts) -> Any:
    reading = Reading(0, [], None, facts)
    model = read_element(element, kind, reading)
    if reading.problems:
        raise reading.problems[0].error
    return model


def _insert(items: list[Any], item: Any, command: str) -> None:
    items.insert(0 if command == "add-first" else len(items), item)


def _unknown(command: str) -> Error:
    return OperationUnsupported(f"unrecognized network update command code {command}")


# ---- <ip>


def _ip(network: Network, index: int) -> NetworkIp:
    ips = network.ips
    if index >= 0:
        if index >= len(ips):
            raise OperationInvalid(
                "couldn't update dhcp host entry - no <ip> element found at index "
                f"{index} in network '{network.name}'"
            )
        return ips[index]
    serving = [ip for ip in ips if ip.ranges or ip.hosts]
    version_4 = [ip for ip in ips if family(ip.address or "") == IPV4]
    for found in (serving, version_4, ips):
        if found:
            return found[0]
    raise OperationInvalid(
        f"couldn't update dhcp host entry - no <ip> element found in network '{network.name}'"
    )


def _ip_facts(network: Network, ip: NetworkIp, *, partial: bool = False) -> Facts:
    facts = Facts(network.name, partial=partial)
    facts.address, facts.prefix = ip.address, ip.length()
    return facts


def _one_server(network: Network, ip: NetworkIp) -> None:
    kind = family(ip.address or "")
    for other in network.ips:
        if (
            other is not ip
            and family(other.address or "") == kind
            and (other.ranges or other.hosts)
        ):
            shown = "IPv4" if kind == IPV4 else "IPv6"
            raise OperationInvalid(
                f"dhcp is supported only for a single {shown} address on each network"
            )


def _same_mac(one: DhcpHost, other: DhcpHost) -> bool:
    if not (one.mac and other.mac):
        return False
    try:
        return parse_mac(one.mac) == parse_mac(other.mac)
    except ValueError:
        return False


def _resembles(host: DhcpHost, other: DhcpHost) -> bool:
    return (
        _same_mac(host, other)
        or (host.ip is not None and host.ip == other.ip)
        or (host.name is not None and host.name == other.name)
    )


def _fits(host: DhcpHost, other: DhcpHost) -> bool:
    """Whether all that a host says is so of the other."""
    return (
        (not host.mac or not other.mac or _same_mac(host, other))
        and (not host.name or host.name == other.name)
        and (host.ip is None or host.ip == other.ip)
    )


def _dhcp_host(network: Network, command: str, index: int, element: _Element) -> None:
    problem: OperationInvalid | None = None
    ip: Any = None
    try:
        ip = _ip(network, index)
    except OperationInvalid as error:
        problem = error
    _expect(network, element, "host")
    if problem is not None:
        raise problem
    partial = command == "delete"
    host = _read(element, DhcpHost, _ip_facts(network, ip, partial=partial))
    if not partial and family(host.ip) != family(ip.address):
        raise OperationInvalid(
            "the address family of a host entry IP must match the address family of the dhcp "
            "element's parent"
        )
    name = host.name if host.name is not None else "(null)"
    mac = host.mac or "unknown"
    alike = [place for place, other in enumerate(ip.hosts) if _resembles(host, other)]
    if command == "modify":
        if not alike:
            raise OperationInvalid(
                f"couldn't locate an existing dhcp host entry with \"mac='{mac}'\" "
                f"\"name='{name}'\" \"ip='{host.ip or 'unknown'}'\" in network '{network.name}'"
            )
        ip.hosts[alike[0]] = host
    elif command in _ADDING:
        _one_server(network, ip)
        if alike:
            raise OperationInvalid(
                f"there is an existing dhcp host entry in network '{network.name}' that matches "
                f"\"<host mac='{mac}' name='{name}' "
                f"ip='{host.ip or 'unknown'}'/>\""
            )
        _insert(ip.hosts, host, command)
    elif command == "delete":
        places = [place for place, other in enumerate(ip.hosts) if _fits(host, other)]
        if not places:
            raise OperationInvalid(
                f"couldn't locate a matching dhcp host entry in network '{network.name}'"
            )
        del ip.hosts[places[0]]
    else:
        raise _unknown(command)


def _dhcp_range(network: Network, command: str, index: int, element: _Element) -> None:
    problem: OperationInvalid | None = None
    ip: Any = None
    try:
        ip = _ip(network, index)
    except OperationInvalid as error:
        problem = error
    _expect(network, element, "range")
    if problem is not None:
        raise problem
    if command == "modify":
        raise OperationUnsupported("dhcp ranges cannot be modified, only added or deleted")
    span = _read(element, DhcpRange, _ip_facts(network, ip))
    places = [
        place
        for place, other in enumerate(ip.ranges)
        if (other.start, other.end) == (span.start, span.end)
    ]
    if command in _ADDING:
        _one_server(network, ip)
        if places:
            raise OperationInvalid(
                f"there is an existing dhcp range entry in network '{network.name}' that matches "
                f"\"<range start='{span.start}' end='{span.end}'/>\""
            )
        _insert(ip.ranges, span, command)
    elif command == "delete":
        if not places:
            raise OperationInvalid(
                f"couldn't locate a matching dhcp range entry in network '{network.name}'"
            )
        del ip.ranges[places[0]]
    else:
        raise _unknown(command)


# ---- <forward> and <portgroup>


def _interface(network: Network, command: str, index: int, element: _Element) -> None:
    from vsh.xml.network.forward import Forward

    _expect(network, element, "interface")
    if command == "modify":
        raise OperationUnsupported(
            "forward interface entries cannot be modified, only added or deleted"
        )
    dev = element.get("dev")
    if dev is None:
        raise XmlError("missing dev attribute in <interface> element")
    forward = network.forward
    if forward is None:
        forward = Forward(mode="none")
    places = [place for place, other in enumerate(forward.interfaces) if other.dev == dev]
    if command in _ADDING:
        if places:
            raise OperationInvalid(
                f"there is an existing interface entry in network '{network.name}' that matches "
                f"\"<interface dev='{dev}'>\""
            )
        network.forward = forward
        _insert(forward.interfaces, ForwardInterface(dev=dev), command)
    elif command == "delete":
        if not places:
            raise OperationInvalid(
                f"couldn't find an interface entry in network '{network.name}' matching "
                f"<interface dev='{dev}'>"
            )
        used = forward.interfaces[places[0]].connections
        if used:
            raise OperationInvalid(
                f"unable to delete interface '{dev}' in network '{network.name}'. It is currently "
                f"being used  by {used} domains."
            )
        del forward.interfaces[places[0]]
    else:
        raise _unknown(command)


def _port_group(network: Network, command: str, index: int, element: _Element) -> None:
    _expect(network, element, "portgroup")
    group = _read(element, PortGroup, Facts(network.name))
    groups = network.port_groups
    same = [place for place, other in enumerate(groups) if other.name == group.name]
    defaults = [place for place, other in enumerate(groups) if other.default]
    if not same and command in ("modify", "delete"):
        raise OperationInvalid(
            f"couldn't find a portgroup entry in network '{network.name}' matching "
            f"<portgroup name='{group.name}'>"
        )
    if same and command in _ADDING:
        raise OperationInvalid(
            f"there is an existing portgroup entry in network '{network.name}' that matches "
            f"\"<portgroup name='{group.name}'>\""
        )
    if command != "delete" and group.default and defaults and defaults[-1:] != same[-1:]:
        raise OperationInvalid(
            f"a different portgroup entry in network '{network.name}' is already set as the "
            "default. Only one default is allowed."
        )
    if command == "modify":
        groups[same[-1]] = group
    elif command in _ADDING:
        _insert(groups, group, command)
    elif command == "delete":
        del groups[same[-1]]
    else:
        raise _unknown(command)


# ---- <dns>


def _dns(network: Network) -> Dns:
    return Dns() if network.dns is None else network.dns


def _dns_host(network: Network, command: str, index: int, element: _Element) -> None:
    _expect(network, element, "host")
    host = _read(element, HostRecord, Facts(network.name, partial=command not in _ADDING))
    dns = _dns(network)
    same = [place for place, other in enumerate(dns.hosts) if other.address == host.address]
    found = same
    if command == "delete":
        found = [
            place
            for place, other in enumerate(dns.hosts)
            if place in same or set(other.names) & set(host.names)
        ]
    if command in _ADDING:
        if found:
            raise OperationInvalid(
                "there is already at least one DNS HOST record with a matching field "
                f"in network {network.name}"
            )
        network.dns = dns
        _insert(dns.hosts, host, command)
        return
    if command not in ("delete", "modify"):
        raise _unknown(command)
    if not found:
        raise OperationInvalid(
            f"couldn't locate a matching DNS HOST record in network {network.name}"
        )
    if len(found) > 1:
        raise OperationInvalid(
            f"multiple matching DNS HOST records were found in network {network.name}"
        )
    if command == "delete":
        del dns.hosts[found[0]]
    else:
        dns.hosts[found[0]] = host


def _dns_service(network: Network, command: str, index: int, element: _Element) -> None:
    if command == "modify":
        raise OperationUnsupported("DNS SRV records cannot be modified, only added or deleted")
    _expect(network, element, "srv")
    record = _read(element, ServiceRecord, Facts(network.name, partial=command not in _ADDING))
    dns = _dns(network)
    found = [
        place
        for place, other in enumerate(dns.services)
        if all(
            getattr(record, name) in (None, getattr(other, name))
            for name in ("domain", "service", "protocol", "target")
        )
    ]
    if command in _ADDING:
        if found:
            raise OperationInvalid(
                "there is already at least one DNS SRV record matching all specified fields "
                f"in network {network.name}"
            )
        network.dns = dns
        _insert(dns.services, record, command)
        return
    if command != "delete":
        raise _unknown(command)
    if not found:
        raise OperationInvalid(
            f"couldn't locate a matching DNS SRV record in network {network.name}"
        )
    if len(found) > 1:
        raise OperationInvalid(
            "multiple DNS SRV records matching all specified fields were found "
            f"in network {network.name}"
        )
    del dns.services[found[0]]


def _dns_text(network: Network, command: str, index: int, element: _Element) -> None:
    _expect(network, element, "txt")
    record = _read(element, TextRecord, Facts(network.name, partial=command not in _ADDING))
    dns = _dns(network)
    found = [place for place, other in enumerate(dns.texts) if other.name == record.name]
    if command in _ADDING:
        if found:
            raise OperationInvalid(
                f"there is already a DNS TXT record with name '{record.name}' "
                f"in network {network.name}"
            )
        network.dns = dns
        _insert(dns.texts, record, command)
        return
    if command not in ("delete", "modify"):
        raise _unknown(command)
    if not found:
        raise OperationInvalid(
            f"couldn't locate a matching DNS TXT record in network {network.name}"
        )
    if command == "delete":
        del dns.texts[found[0]]
    elif record.value is None:
        raise OperationInvalid(
            f"missing value of modifying DNS TXT record in network {network.name}"
        )
    else:
        dns.texts[found[0]].value = record.value


# sections: what acts on it, or the name of one that cannot be updated
_SECTIONS: dict[str, str | Callable[[Network, str, int, Any], None]] = {
    "bridge": "bridge",
    "domain": "domain",
    "ip": "ip",
    "ip-dhcp-host": _dhcp_host,
    "ip-dhcp-range": _dhcp_range,
    "forward": "forward",
    "forward-interface": _interface,
    "forward-pf": "forward pf",
    "portgroup": _port_group,
    "dns-host": _dns_host,
    "dns-txt": _dns_text,
    "dns-srv": _dns_service,
}
