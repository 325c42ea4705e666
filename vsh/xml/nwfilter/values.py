"""The values in rules of network filters: each kind reads a text and gives the canonical one.

A kind is a function that raises ValueError for what it does not take; an attribute may take several
kinds, which are tried in libvirt's order.
"""

from __future__ import annotations

from vsh.errors import SystemFailure
from vsh.xml.engine.text import UINT_MAX, escape, number
from vsh.xml.engine.values import parse_mac
from vsh.xml.shared.filter_reference import NAME
from vsh.xml.shared.socket_address import IPV4, canonical, family

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Kind = Callable[[str], str]

ETHER_TYPES = {"arp": 0x806, "rarp": 0x8035, "ipv4": 0x800, "ipv6": 0x86DD, "vlan": 0x8100}
PROTOCOLS = {
    "tcp": 6,
    "udp": 17,
    "udplite": 136,
    "esp": 50,
    "ah": 51,
    "icmp": 1,
    "igmp": 2,
    "sctp": 132,
    "icmpv6": 58,
}
_OPERATIONS = (
    "Request", "Reply", "Request_Reverse", "Reply_Reverse", "DRARP_Request", "DRARP_Reply",
    "DRARP_Error", "InARP_Request", "ARP_NAK",
)  # fmt: skip
OPERATIONS = {word: place for place, word in enumerate(_OPERATIONS, 1)}
STATES = {"NEW": 1, "ESTABLISHED": 2, "RELATED": 4, "INVALID": 8, "NONE": 16}
TCP_FLAGS = {
    "FIN": 1, "SYN": 2, "RST": 4, "PSH": 8, "ACK": 16, "URG": 32, "ALL": 63, "NONE": 0,
}  # fmt: skip

_SET_NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:-+ ")
_LONGEST_SET_NAME = 31
_LONGEST_COMMENT = 256
_MOST_SET_FLAGS = 6
_LAST_ITERATOR = 1000


def _unsigned(text: str, base: int, limit: int) -> int:
    value = number(text, base)
    if not -UINT_MAX <= value <= UINT_MAX:
        raise ValueError(text)
    value %= UINT_MAX + 1  # as the C library wraps what is negative
    if value > limit:
        raise ValueError(text)
    return value


def integer(limit: int, low: int = 0, high: int | None = None) -> list[Kind]:
    """A number up to a limit, in decimal or in hexadecimal, and as it was given."""

    def decimal(text: str) -> str:
        return str(within(_unsigned(text, 10, limit)))

    def hexadecimal(text: str) -> str:
        return f"0x{within(_unsigned(text, 16, limit)):x}"

    def within(value: int) -> int:
        if value < low or (high is not None and value > high):
            raise ValueError(value)
        return value

    return [decimal, hexadecimal]


def named(words: dict[str, int], limit: int, low: int = 0, *, hexes: bool = True) -> list[Kind]:
    """A number that has a name, which is what is written; case does not matter."""
    names = {value: word for word, value in words.items()}
    lower = {word.lower(): word for word in words}

    def decimal(text: str) -> str:
        value = checked(_unsigned(text, 10, limit))
        return names.get(value, str(value))

    def hexadecimal(text: str) -> str:
        value = checked(_unsigned(text, 16, limit))
        return names.get(value, f"0x{value:x}" if hexes else str(value))

    def word(text: str) -> str:
        try:
            return lower[text.lower()]
        except KeyError:
            raise ValueError(text) from None

    def checked(value: int) -> int:
        if value < low:
            raise Refused(value)
        return value

    return [decimal, hexadecimal, word]


class Refused(ValueError):
    """A value of the right kind that must not be: no other kind is tried."""


def port_limit(text: str) -> str:
    """A decimal number of 16 bits."""
    return str(_unsigned(text, 10, 0xFFFF))


def mac(text: str) -> str:
    """A MAC address."""
    return parse_mac(text)


def mac_mask(text: str) -> str:
    """A mask of a MAC address: ones, then zeroes."""
    mask = parse_mac(text)
    bits = f"{int(mask.replace(':', ''), 16):048b}"
    if "01" in bits:
        raise ValueError(text)
    return mask


def address(kind: str) -> Kind:
    """An address of one version of IP."""

    def read(text: str) -> str:
        try:
            found = canonical(text)
        except SystemFailure:
            raise ValueError(text) from None
        if family(found) != kind:
            raise ValueError(text)
        return found

    return read


def mask(kind: str) -> Kind:
    """A mask as its length, given so or as an address."""
    bits = 32 if kind == IPV4 else 128
    parse = address(kind)

    def read(text: str) -> str:
        try:
            length = _unsigned(text, 10, UINT_MAX)
        except ValueError:
            return _ones(parse(text), bits)
        if length > bits:
            raise ValueError(text)
        return str(length)

    return read


def _ones(text: str, bits: int) -> str:
    from vsh.xml.shared.socket_address import number as to_number

    digits = f"{to_number(text):0{bits}b}"
    if "01" in digits:
        raise ValueError(text)
    return str(digits.count("1"))


def truth(text: str) -> str:
    """Yes in one of three ways, or no."""
    return "true" if text in ("true", "1", "yes") else "false"


def comment(text: str) -> str:
    """Any text, up to a length."""
    data = text.encode("utf-8", "surrogateescape")[:_LONGEST_COMMENT]
    return escape(data.decode("utf-8", "ignore"))


def _items(words: dict[str, int], text: str) -> int:
    """The words in a text, added up; they may stand side by side."""
    found = place = 0
    upper = text.upper()
    while place < len(text):
        if text[place] == "," or text[place].isspace():
            place += 1
            continue
        for word, value in words.items():
            if upper.startswith(word, place):
                found |= value
                place += len(word)
                break
        else:
            raise ValueError(text)
    return found


def _words(words: dict[str, int], value: int) -> str:
    return ",".join(word for word, bit in words.items() if bit and value & bit == bit)


def state(text: str) -> str:
    """States of connections."""
    found = _items(STATES, text)
    return "NONE" if found & STATES["NONE"] else _words(STATES, found)


def tcp_flags(text: str) -> str:
    """Which flags are looked at, and which of them have to be set."""
    looked, slash, wanted = text.partition("/")
    if not slash:
        raise ValueError(text)
    return "/".join(_tcp(_items(TCP_FLAGS, part)) for part in (looked, wanted))


def _tcp(value: int) -> str:
    if value in (0, TCP_FLAGS["ALL"]):
        return "ALL" if value else "NONE"
    return ",".join(word for word, bit in TCP_FLAGS.items() if word != "ALL" and value & bit)


def set_name(text: str) -> str:
    """The name of a set of addresses."""
    if len(text.encode()) > _LONGEST_SET_NAME or not _SET_NAME.issuperset(text):
        raise ValueError(text)
    return text


def set_flags(text: str) -> str:
    """Which address of a packet is looked up in each column of a set."""
    words = text.lower().split(",")
    if len(words) > _MOST_SET_FLAGS or any(word not in ("src", "dst") for word in words):
        raise ValueError(text)
    return ",".join(words)


def variable(text: str) -> str:
    """A variable, perhaps one of its values: ``$IP``, ``$IP[2]``, ``$IP[@1]``."""
    name, bracket, inside = text[1:].partition("[")
    if not NAME.issuperset(name):
        raise ValueError(text)
    if not bracket:
        return text
    body = inside.strip()
    iterator = body[:1] == "@"
    digits, end, _ = body.lstrip("@").partition("]")
    value = _unsigned(digits.rstrip(), 10, UINT_MAX)
    if not end or (iterator and value > _LAST_ITERATOR):
        raise ValueError(text)
    if iterator:
        return f"${name}[@{value}]" if value else f"${name}"
    return f"${name}[{value}]"
