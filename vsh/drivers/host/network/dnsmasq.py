"""What dnsmasq is told of a network: its configuration, and the files of known hosts.

A pure function of the document; the lines and their order are libvirt's, so that tools that read
these files find what they know.  The words are those of dnsmasq(8).
"""

from __future__ import annotations

from vsh.errors import ConfigUnsupported, InternalError
from vsh.xml.engine.text import escape
from vsh.xml.shared.socket_address import IPV4, IPV6, family, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.xml.network import Network
    from vsh.xml.network.dns import ServiceRecord
    from vsh.xml.network.ip import DhcpHost, Lease, NetworkIp

HEADER = """\
##WARNING:  THIS IS AN AUTO-GENERATED FILE. CHANGES TO IT ARE LIKELY TO BE
##OVERWRITTEN AND LOST.  Changes to this configuration should be made using:
##    virsh net-edit {name}
## or other application using the libvirt API.
##
## dnsmasq conf file created by libvirt
strict-order
"""
_IPV6_BOTH = (
    "For IPv6, when DHCP is specified for one address, then state-full Router Advertising will "
    "occur.  The additional IPv6 addresses specified require manually configured guest network "
    "to work properly since both state-full (DHCP) and state-less (SLAAC) addressing are not "
    "supported on the same network interface."
)


class Configuration:
    """What is written for a network's dnsmasq.

    conf      the configuration
    hosts     the file of hosts that have fixed leases (dhcp-hostsfile)
    names     the file of names (addn-hosts), as /etc/hosts is
    warnings  what will not work as it may be meant
    """

    __slots__ = ("conf", "hosts", "names", "warnings")

    def __init__(self, conf: str, hosts: str, names: str, warnings: list[str]) -> None:
        self.conf = conf
        self.hosts = hosts
        self.names = names
        self.warnings = warnings


def needed(network: Network) -> bool:
    """Whether a network needs a dnsmasq: for DHCP, TFTP, or names."""
    if not network.ips:
        return False
    serves = any(ip.ranges or ip.hosts or ip.tftp_root for ip in network.ips)
    return serves or _answers(network)


def configuration(network: Network, folder: str, pid_file: str | None = None) -> Configuration:
    """What dnsmasq is told of a network.

    folder    where its files are
    pid_file  where dnsmasq writes its number, or None

    Raises ConfigUnsupported where dnsmasq cannot do what the document wants.
    """
    dhcp4, dhcp6 = _serving(network, IPV4), _serving(network, IPV6)
    warnings = []
    if dhcp6 and any(not _leases(ip) for ip in _of(network, IPV6)):
        warnings.append(_IPV6_BOTH)
    lines = [*_names(network), *_listening(network, pid_file), *_records(network), *_tftp(network)]
    served = [ip for ip in (dhcp4, dhcp6) if ip is not None]
    for ip in served:
        lines += _dhcp(ip, network)
    leases = sum(_count(ip) for ip in served)
    if leases:
        lines.append(f"dhcp-lease-max={leases}")
    base = f"{folder}/{escape(network.name or '')}"
    if served:
        lines.append(f"dhcp-hostsfile={base}.hostsfile")
    if _answers(network):
        lines.append(f"addn-hosts={base}.addnhosts")
    if network.mtu and int(network.mtu) > 0:
        lines.append(f"dhcp-option=option:mtu,{network.mtu}")
    if dhcp6:
        lines.append("enable-ra")
    else:
        lines += [f"dhcp-range={ip.address},ra-only" for ip in _of(network, IPV6)]
    lines += network.dnsmasq_options or []
    conf = HEADER.format(name=network.name) + "".join(f"{line}\n" for line in lines)
    hosts = "".join(f"{line}\n" for ip in served for line in _hosts(ip))
    return Configuration(conf, hosts, _additional(network), warnings)


def _answers(network: Network) -> bool:
    """Whether the network's names are answered."""
    return network.dns is None or network.dns.enable is not False


def _of(network: Network, kind: str) -> list[NetworkIp]:
    return [ip for ip in network.ips if ip.address and family(ip.address) == kind]


def _leases(ip: NetworkIp) -> bool:
    return bool(ip.ranges or ip.hosts)


def _serving(network: Network, kind: str) -> NetworkIp | None:
    """The one address of a family whose subnet gets leases."""
    found = [ip for ip in _of(network, kind) if _leases(ip)]
    if len(found) > 1:
        shown = "IPv4" if kind == IPV4 else "IPv6"
        raise ConfigUnsupported(f"For {shown}, multiple DHCP definitions cannot be specified.")
    return found[0] if found else None


def _names(network: Network) -> Iterator[str]:
    """Whom dnsmasq asks, and which names it keeps to itself."""
    dns, answers = network.dns, _answers(network)
    if not answers:
        yield "port=0"
    elif dns is not None:
        for forwarder in dns.forwarders:
            domain = "" if forwarder.domain is None else f"/{forwarder.domain}/"
            yield f"server={domain}{forwarder.address or '#'}"
        if any(f.address and f.domain is None for f in dns.forwarders):
            yield "no-resolv"
    if network.domain is not None:
        if network.domain_local_only:
            yield f"local=/{network.domain}/"
        yield f"domain={network.domain}"
        yield "expand-hosts"
    if answers:
        yield from (f"local=/{pointer_domain(ip)}/" for ip in network.ips if ip.local_ptr)
        if dns is not None and dns.forward_plain_names is False:
            yield "domain-needed"
            yield "local=//"


def _listening(network: Network, pid_file: str | None) -> Iterator[str]:
    if pid_file is not None:
        yield f"pid-file={pid_file}"
    # without this dnsmasq listens on the host's own addresses, too
    yield "except-interface=lo"
    # only what comes in by the bridge is answered (CVE-2012-3411)
    yield "bind-dynamic"
    yield f"interface={network.bridge}"
    if network.mode == "none":
        # no way out: no default route, no questions to the host's servers, no router in IPv6
        yield from ("dhcp-option=3", "no-resolv", "ra-param=*,0,0")


def _records(network: Network) -> Iterator[str]:
    if network.dns is None or not _answers(network):
        return
    for text in network.dns.texts:
        yield f"txt-record={text.name},{text.value}"
    for service in network.dns.services:
        yield _service(service)


def _service(record: ServiceRecord) -> str:
    """An SRV record (RFC 2782): fields that nothing follows are left out."""
    line = f"srv-host=_{record.service}._{record.protocol}"
    if record.domain is not None:
        line += f".{record.domain}"
    if record.target in (None, "."):
        return line  # the service is decidedly not available here
    values = [int(value or 0) for value in (record.port, record.priority, record.weight)]
    while values and not values[-1]:
        values.pop()
    if values and not values[0]:
        values[0] = 1
    return ",".join([line, str(record.target), *map(str, values)])


def _tftp(network: Network) -> Iterator[str]:
    roots = [ip.tftp_root for ip in _of(network, IPV4) if ip.tftp_root]
    if roots:
        yield "enable-tftp"
    yield from (f"tftp-root={root}" for root in roots)


def _dhcp(ip: NetworkIp, network: Network) -> Iterator[str]:
    """What is leased in one subnet."""
    prefix = ip.length()
    if prefix < 0:
        raise InternalError(f"bridge '{network.bridge}' has an invalid prefix")
    assert ip.address is not None
    v6 = family(ip.address) == IPV6
    width = str(prefix) if v6 else _netmask(prefix)
    for found in ip.ranges:
        line = f"dhcp-range={found.start},{found.end},{width}"
        yield line + _time(found.lease)
    if not ip.ranges:
        # only hosts that are known get a lease
        yield f"dhcp-range={ip.address},static" + (f",{prefix}" if v6 else "")
    if v6:
        return
    yield from ("dhcp-no-override", "dhcp-authoritative")
    if ip.boot_file is not None:
        yield f"dhcp-boot={ip.boot_file}" + (f",,{ip.boot_server}" if ip.boot_server else "")


def _netmask(prefix: int) -> str:
    bits = (0xFFFFFFFF << (32 - prefix)) & 0xFFFFFFFF
    return ".".join(str(byte) for byte in bits.to_bytes(4, "big"))


def _time(lease: Lease | None) -> str:
    """How long a lease lasts, with the comma before it; nothing where dnsmasq decides."""
    if lease is None:
        return ""
    return f",{lease.expiry}{(lease.unit or 'minutes')[0]}" if lease.expiry else ",infinite"


def _count(ip: NetworkIp) -> int:
    """How many addresses the ranges of a subnet have."""
    return sum(number(r.end or "") - number(r.start or "") + 1 for r in ip.ranges)


def _hosts(ip: NetworkIp) -> Iterator[str]:
    """The lines of hosts with fixed leases."""
    assert ip.address is not None
    v6 = family(ip.address) == IPV6
    for host in ip.hosts:
        if host.ip:
            yield (_host6(host) if v6 else _host4(host)) + _time(host.lease)


def _host4(host: DhcpHost) -> str:
    first, last = (host.mac, host.name) if host.mac else (host.name, None)
    return ",".join(str(part) for part in (first, host.ip, last) if part is not None)


def _host6(host: DhcpHost) -> str:
    parts = (f"id:{host.id}" if host.id is not None else None, host.name, f"[{host.ip}]")
    return ",".join(part for part in parts if part is not None)


def _additional(network: Network) -> str:
    """The names of addresses that the document gives, one line for each address."""
    found: dict[str, list[str]] = {}
    for host in network.dns.hosts if network.dns is not None else ():
        if host.address:
            found.setdefault(host.address, []).extend(host.names)
    words = [[address, *names] for address, names in found.items()]
    return "".join("".join(f"{word}\t" for word in line) + "\n" for line in words)


def pointer_domain(ip: NetworkIp) -> str:
    """The domain of a subnet's reverse look-ups.

    Raises ConfigUnsupported where its prefix ends within a label.
    """
    assert ip.address is not None
    kind, prefix = family(ip.address), ip.length()
    step, bits, tail = (8, 32, "in-addr.arpa") if kind == IPV4 else (4, 128, "ip6.arpa")
    if not 0 < prefix < bits or prefix % step:
        shown = "IPv4" if kind == IPV4 else "IPv6"
        raise ConfigUnsupported(
            f"PTR domain for {shown} network with prefix {prefix} cannot be automatically created"
        )
    value = number(ip.address) >> (bits - prefix)
    labels = []
    for _ in range(prefix // step):
        labels.append(f"{value & (2**step - 1):{'d' if step == 8 else 'x'}}")
        value >>= step
    return ".".join([*labels, tail])
