"""What rules of network filters are in the words of nft(8), in the bridge family.

A rule looks at packets on their way from a guest ("out") or to it ("in").  One for both ways is, as
libvirt has it, of those to the guest: on the way out source and destination are each other's.
"""

from __future__ import annotations

import itertools
import re
from ipaddress import ip_network

from vsh.errors import ConfigUnsupported, InternalError
from vsh.xml.nwfilter.values import ETHER_TYPES, OPERATIONS, PROTOCOLS, STATES, TCP_FLAGS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from vsh.xml.nwfilter import Match, Rule

    Values = Mapping[str, list[str]]
    Items = Mapping[str, tuple[str, bool]]

ETHERNET = ("mac", "vlan", "stp", "arp", "rarp", "ip", "ipv6")
"""The protocols whose rules stand in chains; those of all others come after them."""
_VARIABLE = re.compile(r"\$(\w+)(?:\[(@?)(\d+)\])?\Z")
_NUMBERS = {name: PROTOCOLS[name] for name in PROTOCOLS}
_FAMILY = {"ip": (0x0800, "ip"), "ipv6": (0x86DD, "ip6")}
_TYPES = {"ip": 0x0800, "ipv6": 0x86DD, "arp": 0x0806, "rarp": 0x8035, "vlan": 0x8100}
_STP_ADDRESS = "01:80:c2:00:00:00"
_STP = {  # where in a BPDU with its header, in bits
    "type": (48, 8), "flags": (56, 8), "root-priority": (64, 16), "root-address": (80, 48),
    "root-cost": (128, 32), "sender-priority": (160, 16), "sender-address": (176, 48),
    "port": (224, 16), "age": (240, 16), "max-age": (256, 16), "hello-time": (272, 16),
    "forward-delay": (288, 16),
}  # fmt: skip
_ARP = {  # nft's words, and where in the packet, in bits
    "hwtype": ("htype", 0, 16), "protocoltype": ("ptype", 16, 16),
    "opcode": ("operation", 48, 16), "arpsrcmacaddr": ("saddr ether", 64, 48),
    "arpsrcipaddr": ("saddr ip", 112, 32), "arpdstmacaddr": ("daddr ether", 144, 48),
    "arpdstipaddr": ("daddr ip", 192, 32),
}  # fmt: skip


def variables(match: Match) -> set[str]:
    """The names of the variables in a rule."""
    found = (_VARIABLE.match(value) for value, _ in match.items.values())
    return {each[1] for each in found if each is not None}


def combinations(match: Match, values: Values) -> Iterator[dict[str, tuple[str, bool]]]:
    """A rule's attributes for each combination of its variables' values.

    Those with the same iterator go side by side, those with others each with each.  Raises
    InternalError where a list has too few.
    """
    used: dict[int, list[str]] = {}
    for value, _ in match.items.values():
        found = _VARIABLE.match(value)
        if found is not None and (found[3] is None or found[2]):
            used.setdefault(int(found[3] or 0), []).append(found[1])
    ranges = []
    for number, names in used.items():
        lengths = {len(values[name]) for name in names}
        if len(lengths) > 1:
            shown = ", ".join(sorted(set(names)))
            raise InternalError(f"the lists {shown} of one iterator have different lengths")
        ranges.append([(number, place) for place in range(lengths.pop())])
    for chosen in itertools.product(*ranges):
        yield {
            name: (_resolved(value, values, dict(chosen)), negated)
            for name, (value, negated) in match.items.items()
        }


def _resolved(value: str, values: Values, places: Mapping[int, int]) -> str:
    found = _VARIABLE.match(value)
    if found is None:
        return value
    fixed = found[3] is not None and not found[2]
    place = int(found[3]) if fixed else places[int(found[3] or 0)]
    if place >= len(values[found[1]]):
        raise unresolvable([f"{found[1]}[{place}]"])
    return values[found[1]][place]


def unresolvable(names: Iterable[str]) -> InternalError:
    """What to say of variables that nothing gives a value."""
    return InternalError(
        "Cannot instantiate filter due to unresolvable variables or unavailable list elements: "
        + ", ".join(names)
    )


def is_ethernet(rule: Rule) -> bool:
    """Whether a rule stands in a chain of its filter."""
    return not rule.matches or rule.matches[0].protocol in ETHERNET


def expression(protocol: str, items: Items, *, back: bool) -> str:
    """What nft(8) matches.

    back  source and destination are each other's

    Raises ConfigUnsupported for what the bridge family cannot match, InternalError.
    """
    if back and protocol == "stp" and "srcmacaddr" in items:
        raise InternalError(
            "STP filtering in inout direction with source MAC address set is not supported"
        )
    if back:
        items = {_swapped(name): value for name, value in items.items()}
    if protocol in ("arp", "rarp"):
        words = _arp(protocol, items)
    elif protocol == "stp":
        words = _stp(items)
    elif protocol in ("mac", "vlan"):
        words = _mac(protocol, items)
    elif protocol in _FAMILY:
        words = _ip(protocol, items)
    else:
        words = _packet(protocol, items)
    return " ".join(words)


def _swapped(name: str) -> str:
    for one, other in (("src", "dst"), ("dst", "src")):
        for start in ("", "arp"):
            if name.startswith(start + one):
                return start + other + name[len(start + one) :]
    return name


def _number(text: str, names: Mapping[str, int] | None = None) -> int:
    if names is not None:
        for word, value in names.items():
            if word.lower() == text.lower():
                return value
    return int(text, 0)


def _equal(left: str, value: str, negated: bool) -> str:
    return f"{left} {'!= ' if negated else ''}{value}"


def _ethernet(items: Items) -> Iterator[str]:
    for side, word in (("src", "saddr"), ("dst", "daddr")):
        if f"{side}macaddr" not in items:
            continue
        address, negated = items[f"{side}macaddr"]
        mask = items.get(f"{side}macmask", (None, False))[0]
        if mask is None:
            yield _equal(f"ether {word}", address, negated)
        else:
            kept = ":".join(
                f"{int(a, 16) & int(m, 16):02x}"
                for a, m in zip(address.split(":"), mask.split(":"), strict=True)
            )
            yield f"ether {word} & {mask} {'!=' if negated else '=='} {kept}"


def _mac(protocol: str, items: Items) -> Iterator[str]:
    yield from _ethernet(items)
    if protocol == "vlan":
        yield "ether type 0x8100"
        if "vlanid" in items:
            value, negated = items["vlanid"]
            yield _equal("vlan id", str(_number(value)), negated)
        if "encap-protocol" in items:
            value, negated = items["encap-protocol"]
            yield _equal("vlan type", f"0x{_number(value, ETHER_TYPES):04x}", negated)
    elif "protocolid" in items:
        value, negated = items["protocolid"]
        yield _equal("ether type", f"0x{_number(value, ETHER_TYPES):04x}", negated)


def _stp(items: Items) -> Iterator[str]:
    yield from _ethernet(items)
    yield f"ether daddr {_STP_ADDRESS}"
    for name, (start, length) in _STP.items():
        if name not in items:
            continue
        value, negated = items[name]
        left = f"@nh,{start},{length}"
        if name.endswith("address"):
            mask = items.get(f"{name}-mask", ("ff:ff:ff:ff:ff:ff", False))[0]
            bits = _bits(mask)
            sign = "!=" if negated else "=="
            yield f"{left} & 0x{bits:012x} {sign} 0x{_bits(value) & bits:012x}"
        else:
            low, high = _number(value), _number(items.get(f"{name}-hi", (value, False))[0])
            yield _equal(left, f"{low}" if low == high else f"{low}-{high}", negated)


def _bits(mac: str) -> int:
    return int(mac.replace(":", ""), 16)


def _arp(protocol: str, items: Items) -> Iterator[str]:
    yield from _ethernet(items)
    yield f"ether type 0x{_TYPES[protocol]:04x}"
    if "gratuitous" in items:
        raise ConfigUnsupported("nftables cannot match gratuitous ARP packets (gratuitous='...')")
    for name, (word, start, length) in _ARP.items():
        if name not in items:
            continue
        value, negated = items[name]
        mask = items.get(name.replace("addr", "mask"), (None, False))[0]
        if name.endswith("ipaddr") and protocol == "arp":
            yield _address(f"arp {word}", value, mask, negated)
        elif value.startswith("@"):
            raise ConfigUnsupported(f"a learned address cannot be matched in {protocol} packets")
        elif protocol == "arp":
            shown = value if length == 48 else str(_number(value, OPERATIONS))
            yield _equal(f"arp {word}", shown, negated)
        elif name.endswith("ipaddr"):
            net = ip_network(f"{value}/{mask or 32}", strict=False)
            sign = "!=" if negated else "=="
            yield (
                f"@nh,{start},{length} & 0x{int(net.netmask):08x} {sign} "
                f"0x{int(net.network_address):08x}"
            )
        else:
            number = _bits(value) if length == 48 else _number(value, OPERATIONS)
            yield _equal(f"@nh,{start},{length}", f"0x{number:x}", negated)


def _address(left: str, value: str, mask: str | None, negated: bool) -> str:
    if value.startswith("@"):
        if mask is not None:
            raise ConfigUnsupported("a learned address has no mask")
        return _equal(left, value, negated)
    if mask is None:
        return _equal(left, value, negated)
    try:
        return _equal(left, str(ip_network(f"{value}/{mask}", strict=False)), negated)
    except ValueError:
        return f"{left} & {mask} {'!=' if negated else '=='} {value}"


def _addresses(word: str, items: Items) -> Iterator[str]:
    for side, field in (("src", "saddr"), ("dst", "daddr")):
        left = f"{word} {field}"
        if f"{side}ipaddr" in items:
            value, negated = items[f"{side}ipaddr"]
            yield _address(left, value, items.get(f"{side}ipmask", (None, False))[0], negated)
        if f"{side}ipfrom" in items:
            first, negated = items[f"{side}ipfrom"]
            last = items.get(f"{side}ipto", (first, False))[0]
            yield _equal(left, first if first == last else f"{first}-{last}", negated)


def _ports(items: Items) -> Iterator[str]:
    for side, field in (("src", "sport"), ("dst", "dport")):
        if f"{side}portstart" in items:
            low, negated = items[f"{side}portstart"]
            high = items.get(f"{side}portend", (low, False))[0]
            low, high = str(_number(low)), str(_number(high))
            yield _equal(f"th {field}", low if low == high else f"{low}-{high}", negated)


def _dscp(word: str, items: Items) -> Iterator[str]:
    if "dscp" in items:
        value, negated = items["dscp"]
        yield _equal(f"{word} dscp", str(_number(value)), negated)


def _ip(protocol: str, items: Items) -> Iterator[str]:
    kind, word = _FAMILY[protocol]
    yield from _ethernet(items)
    yield f"ether type 0x{kind:04x}"
    yield from _addresses(word, items)
    if "protocol" in items:
        value, negated = items["protocol"]
        field = "ip protocol" if word == "ip" else "ip6 nexthdr"
        yield _equal(field, str(_number(value, _NUMBERS)), negated)
    yield from _ports(items)
    yield from _dscp(word, items)
    if word == "ip6":
        for name in ("type", "code"):
            yield from _icmp("icmpv6", name, items)


def _icmp(word: str, name: str, items: Items) -> Iterator[str]:
    if name in items:
        low, negated = items[name]
        high = items.get(f"{name}end", (low, False))[0]
        low, high = str(_number(low)), str(_number(high))
        yield _equal(f"{word} {name}", low if low == high else f"{low}-{high}", negated)


def _packet(protocol: str, items: Items) -> Iterator[str]:
    """Rules on what is in IP packets."""
    plain = protocol.removesuffix("-ipv6")
    six = protocol != plain or plain == "icmpv6"
    kind, word = _FAMILY["ipv6" if six else "ip"]
    if "ipset" in items:
        raise ConfigUnsupported("nftables has no sets of ipset(8) (ipset='...')")
    yield f"ether type 0x{kind:04x}"
    if plain != "all":
        yield f"meta l4proto {_NUMBERS[plain]}"
    if "srcmacaddr" in items:
        value, negated = items["srcmacaddr"]
        yield _equal("ether saddr", value, negated)
    yield from _addresses(word, items)
    yield from _ports(items)
    yield from _dscp(word, items)
    if "flags" in items:
        yield _tcp_flags(*items["flags"])
    if "option" in items:
        value, negated = items["option"]
        yield f"tcp option {_number(value)} {'missing' if negated else 'exists'}"
    if plain in ("icmp", "icmpv6"):
        yield from _icmp(plain, "type", items)
        yield from _icmp(plain, "code", items)
    if "connlimit-above" in items:
        value, negated = items["connlimit-above"]
        yield f"ct count {'' if negated else 'over '}{_number(value)}"


def _tcp_flags(text: str, negated: bool) -> str:
    mask, _, wanted = text.partition("/")
    masked, set_ = (
        sum(TCP_FLAGS[word] for word in part.split(",") if word) for part in (mask, wanted)
    )
    return f"tcp flags & 0x{masked:02x} {'!=' if negated else '=='} 0x{set_:02x}"


def is_one_way(match: Match) -> bool:
    """Whether a rule on what is in packets looks only at what those on the way back have not.

    That is the card that they are from, and the number of connections; of other rules the card is
    not looked at on the way back.
    """
    names = set(match.items) - {"state"}
    return "connlimit-above" in names or names == {"srcmacaddr"}


def states(rule: Rule) -> str | None:
    """The states of connections that a rule names itself; None where it names none."""
    if not rule.matches or rule.state_match == "false":
        return None
    value = rule.matches[0].items.get("state", (None, False))[0]
    return None if value is None else ",".join(
        word.lower() for word in value.split(",") if word in STATES and word != "NONE"
    )  # fmt: skip


def has_type(rule: Rule) -> bool:
    """Whether a rule is for one type of ICMP packets, whose answers have another."""
    match = rule.matches[0]
    return match.protocol in ("icmp", "icmpv6") and "type" in match.items
