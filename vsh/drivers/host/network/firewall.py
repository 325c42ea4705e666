"""The firewall of virtual networks: what their guests reach, and as whom they are seen outside.

All networks of a root share one nftables table of ours, found by the root's path.  Each network has
chains of its own, and maps say by a packet's interfaces which of them it goes through, so that many
networks cost a packet no more than one.  Only the first packet of a connection asks all of them in
turn as whom it is seen outside: subnets may lie within each other, the last network comes first.
What is allowed is what libvirt's rules allow, in their order: within a network, then into one, then
out of one.

A change is one transaction of nft(8).  ``check`` looks whether what is there is what was put there,
and puts all of it there again where somebody flushed it.
"""

from __future__ import annotations

import hashlib
import os
import re

from vsh.drivers.host import programs, ruleset
from vsh.errors import InternalError
from vsh.xml.shared.socket_address import IPV4, IPV6, family

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from vsh.xml.network import Network as Definition
    from vsh.xml.network.ip import NetworkIp

# nft(8) puts elements where their map is added: the chains that they name have to be there before
_BASE = """\
add map inet {table} within {{ type ifname . ifname : verdict; }}
add map inet {table} into {{ type ifname : verdict; }}
add map inet {table} out_of {{ type ifname : verdict; }}
add chain inet {table} forward {{ type filter hook forward priority filter; policy accept; }}
add chain inet {table} masked
add chain inet {table} postrouting {{ type nat hook postrouting priority srcnat; policy accept; }}
flush chain inet {table} forward
flush chain inet {table} postrouting
add rule inet {table} forward iifname . oifname vmap @within
add rule inet {table} forward oifname vmap @into
add rule inet {table} forward iifname vmap @out_of
add rule inet {table} postrouting jump masked
"""
_BASE_RULES = {"forward": 3, "postrouting": 1}
_REJECT = {
    IPV4: "meta nfproto ipv4 reject with icmp type port-unreachable",
    IPV6: "meta nfproto ipv6 reject with icmpv6 type port-unreachable",
}
_WORD = {IPV4: "ip", IPV6: "ip6"}
_PLAIN = re.compile(r"[A-Za-z0-9_.-]")
_FILTERED = ("none", "nat", "route")


class Rules:
    """What one network has in the table.

    chains    rules by the name of their chain
    elements  what maps to what: (map, key, verdict)
    masked    the chain that masks its guests, or None; and the rules that lead there
    """

    __slots__ = ("chains", "elements", "leads", "masked")

    def __init__(self) -> None:
        self.chains: dict[str, list[str]] = {}
        self.elements: list[tuple[str, str, str]] = []
        self.masked: str | None = None
        self.leads: list[str] = []

    def counts(self) -> dict[str, int]:
        """How many rules each chain has, and how many elements each map: what is kept of it."""
        found = {f"chain {name}": len(rules) for name, rules in self.chains.items()}
        for name, _, _ in self.elements:
            found[f"map {name}"] = found.get(f"map {name}", 0) + 1
        if self.leads:
            found["chain masked"] = len(self.leads)
        return found

    def making(self, table: str) -> Iterator[str]:
        """The commands that put its chains there."""
        for name, rules in self.chains.items():
            yield f"add chain inet {table} {name}"
            yield f"flush chain inet {table} {name}"
            yield from (f"add rule inet {table} {name} {rule}" for rule in rules)

    def leading(self, table: str) -> Iterator[str]:
        """The commands that lead packets to its chains."""
        for name, key, verdict in self.elements:
            yield f"add element inet {table} {name} {{ {key} : {verdict} }}"
        yield from (f"insert rule inet {table} masked {lead}" for lead in self.leads)

    def removing(self, table: str) -> Iterator[str]:
        """The commands that take it away.  Asks nft(8) where the rules are that it shares."""
        if self.masked is not None:
            for handle in ruleset.handles("inet", table, "masked", self.masked):
                yield f"delete rule inet {table} masked handle {handle}"
        for name, key, _ in self.elements:
            yield f"delete element inet {table} {name} {{ {key} }}"
        for name in self.chains:
            yield f"flush chain inet {table} {name}"
            yield f"delete chain inet {table} {name}"


def rules(network: Definition) -> Rules | None:
    """What a network has in the table; None for one whose packets we leave alone."""
    if network.mode not in _FILTERED:
        return None
    bridge = str(network.bridge)
    plain = "".join(c if _PLAIN.match(c) else f"/{ord(c):x}" for c in bridge)
    found = Rules()
    into = found.chains[f"into_{plain}"] = []
    out_of = found.chains[f"out_of_{plain}"] = []
    way = _way(network)
    for ip in network.ips:
        net, word = _net(ip), _WORD[family(ip.address or "")]
        if network.mode == "none":
            continue
        masked = network.mode == "nat" and (word == "ip" or _masks6(network))
        known = "ct state related,established " if masked else ""
        into.append(f"{_by('iifname', way)}{word} daddr {net} {known}accept")
        out_of.append(f"{_by('oifname', way)}{word} saddr {net} accept")
        if masked:
            chain = f"masked_{plain}"
            found.chains.setdefault(chain, []).extend(_masking(network, ip, net, word, way))
            found.masked = chain
            found.leads.append(f"{word} saddr {net} jump {chain}")
    has6 = network.ipv6 == "yes" or any(family(ip.address or "") == IPV6 for ip in network.ips)
    for kind in (IPV4, IPV6) if has6 else (IPV4,):
        into.append(_REJECT[kind])
        out_of.append(_REJECT[kind])
    found.elements += [
        ("within", f'"{bridge}" . "{bridge}"', "accept"),
        ("into", f'"{bridge}"', f"jump into_{plain}"),
        ("out_of", f'"{bridge}"', f"jump out_of_{plain}"),
    ]
    return found


def _masking(
    network: Definition, ip: NetworkIp, net: str, word: str, way: str | None
) -> Iterator[str]:
    """How a subnet's guests are seen outside: see libvirt's formatnetwork, <nat>.

    Ports below 1024 are never used: some servers trust who has one.
    """
    nat = network.forward.nat[0] if network.forward is not None and network.forward.nat else None
    low, high = "1024", "65535"
    if nat is not None and nat.ports and int(nat.ports[0].end or 0) > 0:
        low, high = str(nat.ports[0].start), str(nat.ports[0].end)
    if not 0 < int(low) < int(high) < 1 << 16:
        raise InternalError(f"Invalid port range '{low}-{high}'.")
    out = _by("oifname", way)
    here = f"{out}{word} saddr {net}"
    if word == "ip":
        yield f"{here} ip daddr 224.0.0.0/24 return"
        yield f"{here} ip daddr 255.255.255.255 return"
    else:
        yield f"{here} ip6 daddr ff02::/16 return"
    away = f"{here} {word} daddr != {net}"
    if nat is not None and nat.addresses and word == "ip":
        first, last = nat.addresses[0].start, nat.addresses[0].end
        seen = str(first) if first == last else f"{first}-{last}"
        mask, ports = f"snat ip to {seen}", f":{low}-{high}"
    else:
        mask, ports = "masquerade", f" to :{low}-{high}"
    for protocol in ("tcp", "udp"):
        yield f"{away} meta l4proto {protocol} {mask}{ports}"
    yield f"{away} {mask}"


def _masks6(network: Definition) -> bool:
    forward = network.forward
    return bool(forward is not None and forward.nat and forward.nat[0].ipv6)


def _way(network: Definition) -> str | None:
    """The one interface by which guests reach the world, where the document names one."""
    forward = network.forward
    return (forward.interfaces[0].dev or None) if forward and forward.interfaces else None


def _by(word: str, way: str | None) -> str:
    return "" if way is None else f'{word} "{way}" '


def _net(ip: NetworkIp) -> str:
    """A subnet, in words of nft."""
    from ipaddress import ip_network

    return str(ip_network(f"{ip.address}/{ip.length()}", strict=False))


class Firewall:
    """The table of one root.

    table  its name
    """

    def __init__(self, root: str) -> None:
        self.table = f"vsh_{hashlib.sha256(os.path.realpath(root).encode()).hexdigest()[:12]}"
        self._seen_file = os.path.join(root, "cache", "firewall")

    def add(self, wanted: Rules) -> None:
        """Put a network's rules there.  Raises InternalError."""
        self._run([f"add table inet {self.table}", *self._adding([wanted])])

    def replace(self, before: Rules, wanted: Rules) -> None:
        """Other rules for a network.  Raises InternalError."""
        self._run([*before.removing(self.table), *self._adding([wanted])])

    def remove(self, before: Rules, *, last: bool) -> bool:
        """Take a network's rules away, the table with the last; whether they were as put there."""
        if last:
            self.clear()
            return True
        try:
            self._run(list(before.removing(self.table)))
        except InternalError:
            return False
        return True

    def clear(self) -> None:
        """Take the table away."""
        self._run([f"add table inet {self.table}", f"delete table inet {self.table}"])

    def put(self, all_rules: Iterable[Rules]) -> None:
        """Have exactly these rules, whatever there was.  Raises InternalError."""
        lines = [f"add table inet {self.table}", f"delete table inet {self.table}"]
        wanted = list(all_rules)
        if wanted:
            lines += [f"add table inet {self.table}", *self._adding(wanted)]
        self._run(lines)

    def _adding(self, wanted: list[Rules]) -> Iterator[str]:
        for each in wanted:
            yield from each.making(self.table)
        yield _BASE.format(table=self.table)
        for each in wanted:
            yield from each.leading(self.table)

    def is_whole(self, counts: Iterable[dict[str, int]]) -> bool:
        """Whether the table has as many rules and elements as its networks have.

        Nothing is asked of nft(8) while nobody has changed any rule of this host since we looked.
        """
        number = ruleset.generation()
        try:
            with open(self._seen_file, encoding="ascii") as file:
                if number and file.read() == number:
                    return True
        except OSError:
            pass
        wanted: dict[str, int] = {}
        for each in counts:
            for name, count in each.items():
                wanted[name] = wanted.get(name, 0) + count
        if wanted:
            wanted.update({f"chain {name}": count for name, count in _BASE_RULES.items()})
        if ruleset.counts("inet", self.table) != {
            name: count for name, count in wanted.items() if count
        }:
            return False
        self._note(number)
        return True

    def _run(self, lines: list[str]) -> None:
        programs.run(["nft", "-f", "-"], "\n".join(lines) + "\n")
        self._note(ruleset.generation())

    def _note(self, number: str) -> None:
        os.makedirs(os.path.dirname(self._seen_file), mode=0o700, exist_ok=True)
        with open(self._seen_file, "w", encoding="ascii") as file:
            file.write(number)
