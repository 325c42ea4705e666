"""The nftables table of a root's network filters, in the bridge family.

Each port has a chain for what comes from its guest and one for what goes to it; maps say by a
packet's interface which of them it goes through.  The chains of filters (arp, ipv4 ...) are reached
from there, in the order of their priorities.  Rules on what is in IP packets stand in chains of
their own, through which goes what the others let pass: later, where the states of connections are
known (``following``).

A port whose guest's address is learned has a set for it, which the kernel fills: with the address
of the first packet that comes from the guest, or with the one that a DHCP server gives it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re

from vsh.drivers.host import programs, ruleset
from vsh.drivers.host.nwfilter import translation
from vsh.drivers.host.nwfilter.following import Marks, Native
from vsh.errors import ConfigUnsupported, InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from vsh.xml.nwfilter import Rule

_PLAIN = re.compile(r"[A-Za-z0-9_]")
_LACKING = re.compile(r"Protocol error|\breject\b")
"""What nft(8) says where the bridge family follows no connections, or cannot answer."""
_ETHER = {"ipv4": 0x0800, "ipv6": 0x86DD, "arp": 0x0806, "rarp": 0x8035, "vlan": 0x8100}
_STP_ADDRESS = "01:80:c2:00:00:00"
# a map's name, the hook where it is asked, what it is asked for, and the chains that it leads to
_WAYS = (
    ("from", "prerouting", "iifname", "out_{}"),
    ("to", "postrouting", "oifname", "in_{}"),
    ("from_ip", "prerouting", "iifname", "out_{}_ip"),
    ("to_ip", "postrouting", "oifname", "in_{}_ip"),
)
_FIRST, _SECOND = -150, -140
# in a DHCP packet, in bits after the UDP header's start: the client's new address, its card, and
# the first option, which says that it is an acknowledgement
_GIVEN = "udp sport 67 udp dport 68 @th,288,48 {mac} @th,1984,24 0x350105"


class Placed:
    """A rule with the chain and place that its filter gives it, and the values of its variables."""

    __slots__ = ("chain", "chain_priority", "priority", "rule", "values")

    def __init__(
        self, rule: Rule, chain: str, chain_priority: int, values: dict[str, list[str]]
    ) -> None:
        self.rule = rule
        self.chain = chain
        self.chain_priority = chain_priority
        self.values = values
        self.priority = rule.priority if rule.priority is not None else 500
        if chain != "root":
            self.priority = max(self.priority, chain_priority)


class Port:
    """A port with its rules.

    name      the interface
    mac       the guest's card
    learning  how its address is learned ("any" or "dhcp"); None: it is not
    servers   the DHCP servers that are believed; none: all
    """

    __slots__ = ("learning", "mac", "name", "placed", "servers")

    def __init__(
        self, name: str, mac: str, placed: list[Placed], learning: str | None, servers: list[str]
    ) -> None:
        self.name = name
        self.mac = mac
        self.placed = sorted(placed, key=lambda each: each.priority)
        self.learning = learning
        self.servers = servers

    @property
    def plain(self) -> str:
        """Its name in those of chains."""
        return plain(self.name)

    def chains(self, following: Native) -> Iterator[tuple[str, list[str]]]:
        """The chains in the table, those first that others lead to: name, rules."""
        for way in ("out", "in"):
            packets = [
                line for each in self.placed for line in self._packet_rules(each, way, following)
            ]
            if packets:
                first = following.first(way)
                yield f"{way}_{self.plain}_ip", [*first, *packets, "accept"]
            yield from self._way(way)

    def _way(self, way: str) -> Iterator[tuple[str, list[str]]]:
        passed = "accept"
        own: dict[str, tuple[int, list[str]]] = {}
        root: list[tuple[int, int, str]] = []  # a chain comes before rules of its priority
        for each in self.placed:
            lines = list(self._rules(each, way, passed))
            if each.chain == "root":
                root += [(each.priority, 1, line) for line in lines]
            elif lines:
                own.setdefault(each.chain, (each.chain_priority, []))[1].extend(lines)
        for chain, (priority, lines) in own.items():
            name = f"{way}_{self.plain}_{plain(chain)}_"
            yield name, [*lines, passed]  # what no rule of a chain is about passes, as by libvirt
            root.append((priority, 0, f"{_into(chain)}jump {name}"))
        ordered = [line for _, _, line in sorted(root, key=lambda one: one[:2])]
        yield f"{way}_{self.plain}", [*self._learning(way), *ordered, passed]

    def _rules(self, each: Placed, way: str, passed: str) -> Iterator[str]:
        """The rules of a chain that one of a filter's is."""
        rule = each.rule
        if not translation.is_ethernet(rule) or rule.direction not in (way, "inout"):
            return
        back = rule.direction == "inout" and way == "out"
        verdict = {"accept": passed, "reject": "drop"}.get(rule.action, rule.action)
        if rule.action == "return" and each.chain == "root":
            verdict = passed
        yield from self._lines(each, verdict, back=back)

    def _packet_rules(self, each: Placed, way: str, following: Native) -> Iterator[str]:
        """The rules on what is in IP packets.

        One for one way lets the answers pass on the other, if it follows connections.  One that
        drops drops on both ways, whatever the connection, as libvirt has it.  Raises InternalError.
        """
        rule = each.rule
        if translation.is_ethernet(rule):
            return
        if rule.action == "continue":
            raise InternalError(
                f"rules of {rule.matches[0].protocol} packets cannot have the action 'continue'; "
                f"those of {', '.join(translation.ETHERNET)} can"
            )
        own = rule.direction in (way, "inout")
        named = translation.states(rule)
        state = ""
        if named is not None:
            if not own:
                return
            state = following.state(named) if named else ""
        elif rule.direction != "inout" and rule.state_match != "false" and rule.action == "accept":
            state = following.state("new,established" if own else "established")
        if translation.has_type(rule) and not (own and rule.direction == way):
            return  # those for both ways are on none, as libvirt has it
        verdict = "accept" if rule.action == "return" else rule.action
        if verdict == "reject" and way == "in":
            verdict = "drop"  # the bridge family cannot answer on that way
        verdict = following.verdict(verdict)
        # as libvirt has it: addresses of a rule for both ways are those of what comes in
        back = way == "out" if rule.direction in ("in", "inout") else way == "in"
        if not (back and translation.is_one_way(rule.matches[0])):
            yield from self._lines(each, verdict, back=back, state=state)

    def _lines(self, each: Placed, verdict: str, *, back: bool, state: str = "") -> Iterator[str]:
        if not each.rule.matches:
            yield f"{state}{verdict}"
            return
        match = each.rule.matches[0]
        for items in translation.combinations(match, each.values):
            found = translation.expression(match.protocol, items, back=back)
            yield f"{found} {state}{verdict}".strip()

    def _learning(self, way: str) -> Iterator[str]:
        learned = f"add @ip_{self.plain}"
        if self.learning == "any" and way == "out":
            known = f"ether saddr {self.mac}"
            yield f"{known} ip saddr != 0.0.0.0 {learned} {{ ip saddr }}"
            yield f"{known} arp saddr ip != 0.0.0.0 {learned} {{ arp saddr ip }}"
        if self.learning is not None and way == "in":
            given = _GIVEN.format(mac="0x" + self.mac.replace(":", ""))
            server = f"ip saddr {{ {', '.join(self.servers)} }} " if self.servers else ""
            yield f"{server}{given} {learned} {{ @th,192,32 }}"


def plain(name: str) -> str:
    """A name as names of chains and sets may be."""
    return "".join(c if _PLAIN.match(c) else f"/{ord(c):x}" for c in name)


def _into(chain: str) -> str:
    """Which packets go into a chain, by how its name begins."""
    if chain.startswith("stp"):
        return f"ether daddr {_STP_ADDRESS} "
    for word, number in _ETHER.items():
        if chain.startswith(word):
            return f"ether type 0x{number:04x} "
    return ""


class Table:
    """The table of one root.

    name  its name
    """

    def __init__(self, root: str) -> None:
        known = hashlib.sha256(os.path.realpath(root).encode()).hexdigest()
        self.name = f"vsh_{known[:12]}"
        self._following: Native = Native()
        self._seen = ""

    def put(self, ports: Iterable[Port]) -> None:
        """Have exactly these ports' rules; what was learned stays.  Raises Error."""
        wanted = list(ports)
        known = self._learned() if wanted else {}
        try:
            self._put(wanted, known, self._following)
        except InternalError as error:
            if isinstance(self._following, Marks) or not _LACKING.search(str(error)):
                raise
            marks = Marks()
            try:
                self._put(wanted, known, marks)
            except InternalError as second:
                if "ct count" in str(second):
                    raise ConfigUnsupported(
                        "connlimit-above needs a kernel that follows connections on bridges "
                        "(nf_conntrack_bridge)"
                    ) from None
                raise
            self._following = marks

    def _put(self, ports: list[Port], known: dict[str, list[str]], following: Native) -> None:
        whole, beside = f"bridge {self.name}", f"inet {self.name}_states"
        lines = [f"{word} table {each}" for each in (whole, beside) for word in ("add", "delete")]
        if ports:
            lines += [f"table {whole} {{", *self._content(ports, known, following), "}"]
            lines += following.table(f"{self.name}_states")
        programs.run(["nft", "-f", "-"], "\n".join(lines) + "\n")
        self._seen = ruleset.generation()

    @staticmethod
    def _content(
        ports: list[Port], known: dict[str, list[str]], following: Native
    ) -> Iterator[str]:
        there: set[str] = set()
        for port in ports:
            if port.learning is not None:
                name = f"ip_{port.plain}"
                elements = ", ".join(known.get(name, ()))
                shown = f" elements = {{ {elements} }}" if elements else ""
                yield f"set {name} {{ type ipv4_addr; size 1; flags dynamic;{shown} }}"
            for name, rules in port.chains(following):
                there.add(name)
                yield f"chain {name} {{"
                yield from rules
                yield "}"
        for name, hook, asked, chain in _WAYS:
            jumps = ", ".join(
                f'"{port.name}" : jump {chain.format(port.plain)}'
                for port in ports
                if chain.format(port.plain) in there
            )
            if not jumps:
                continue
            priority = _FIRST
            if name.endswith("_ip"):
                priority = following.priority if hook == "prerouting" else _SECOND
            yield f"map {name} {{ type ifname : verdict; elements = {{ {jumps} }} }}"
            yield (
                f"chain {hook}_{name} {{ type filter hook {hook} priority {priority}; "
                f"{asked} vmap @{name}; }}"
            )

    def _learned(self) -> dict[str, list[str]]:
        """The addresses that were learned, by their sets."""
        answer = programs.run(["nft", "-j", "list", "table", "bridge", self.name], check=False)
        found: dict[str, list[str]] = {}
        for item in [] if answer is None else json.loads(answer)["nftables"]:
            if "set" in item:
                elements = item["set"].get("elem", ())
                found[item["set"]["name"]] = [each for each in elements if each.__class__ is str]
        return found

    def learned(self, port: str) -> list[str]:
        """The addresses that were learned of a port's guest."""
        return self._learned().get(f"ip_{plain(port)}", [])

    def is_whole(self, ports: Callable[[], list[Port]]) -> bool:
        """Whether all that was put into the kernel for these ports is there.

        Nothing is asked of nft(8) while nobody has changed any rule of this host since we looked.
        """
        number = ruleset.generation()
        if number and number == self._seen:
            return True
        wanted: dict[str, int] = {}
        texts = []
        for port in ports():
            for name, rules in port.chains(self._following):
                wanted[f"chain {name}"] = len(rules)
                texts += rules
        found = ruleset.counts("bridge", self.name)
        there = {name: found.get(name) for name in wanted} == wanted
        if there and any("ct " in text or "meta mark" in text for text in texts):
            states = ruleset.counts("inet", f"{self.name}_states")
            there = sum(states.values()) == sum(
                "meta" in line for line in self._following.table(self.name)
            )
        if there:
            self._seen = number
        return there
