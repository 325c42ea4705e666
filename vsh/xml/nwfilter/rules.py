"""The attributes of the protocols in rules of network filters: their names in the order of output,
and the kinds of values that each takes.
"""

from __future__ import annotations

from vsh.xml.nwfilter import values
from vsh.xml.shared.socket_address import IPV4, IPV6

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.xml.nwfilter.values import Kind

    Attributes = dict[str, list[Kind]]

_BYTE = values.integer(0xFF)
_SHORT = values.integer(0xFFFF)
_LONG = values.integer(0xFFFFFFFF)
_DSCP = values.integer(0xFF, high=63)

_ETHERNET: Attributes = {
    "srcmacaddr": [values.mac],
    "srcmacmask": [values.mac_mask],
    "dstmacaddr": [values.mac],
    "dstmacmask": [values.mac_mask],
}
_COMMENT: Attributes = {"comment": [values.comment]}
_PORTS: Attributes = dict.fromkeys(
    ("srcportstart", "srcportend", "dstportstart", "dstportend"), _SHORT
)
_TYPE: Attributes = {"type": _BYTE, "code": _BYTE}


def _masked(kind: str) -> Attributes:
    address, mask = values.address(kind), values.mask(kind)
    return {
        "srcipaddr": [address],
        "srcipmask": [mask],
        "dstipaddr": [address],
        "dstipmask": [mask],
    }


def _packet(kind: str) -> Attributes:
    """What rules on IP packets have in common."""
    address = values.address(kind)
    return {
        "srcmacaddr": [values.mac],
        **_masked(kind),
        "srcipfrom": [address],
        "srcipto": [address],
        "dstipfrom": [address],
        # libvirt takes this one as IPv4 only
        "dstipto": [values.address(IPV4)],
        "dscp": _DSCP,
        "connlimit-above": [values.port_limit],
        "state": [values.state],
        "ipset": [values.set_name],
        "ipsetflags": [values.set_flags],
    }


_STP: Attributes = {
    "srcmacaddr": [values.mac],
    "srcmacmask": [values.mac_mask],
    "type": _BYTE,
    "flags": _BYTE,
    "root-priority": _SHORT,
    "root-priority-hi": _SHORT,
    "root-address": [values.mac],
    "root-address-mask": [values.mac_mask],
    "root-cost": _LONG,
    "root-cost-hi": _LONG,
    "sender-priority": _SHORT,
    "sender-priority-hi": _SHORT,
    "sender-address": [values.mac],
    "sender-address-mask": [values.mac_mask],
    **dict.fromkeys(
        (
            "port", "port-hi", "age", "age-hi", "max-age", "max-age-hi", "hello-time",
            "hello-time-hi", "forward-delay", "forward-delay-hi",
        ),
        _SHORT,
    ),
    **_COMMENT,
}  # fmt: skip
_ARP: Attributes = {
    **_ETHERNET,
    "hwtype": _SHORT,
    "protocoltype": _SHORT,
    "opcode": values.named(values.OPERATIONS, 0xFFFF, hexes=False),
    "arpsrcmacaddr": [values.mac],
    "arpdstmacaddr": [values.mac],
    "arpsrcipaddr": [values.address(IPV4)],
    "arpsrcipmask": [values.mask(IPV4)],
    "arpdstipaddr": [values.address(IPV4)],
    "arpdstipmask": [values.mask(IPV4)],
    "gratuitous": [values.truth],
    **_COMMENT,
}


def _header(kind: str) -> Attributes:
    return {
        **_ETHERNET,
        **_masked(kind),
        "protocol": values.named(values.PROTOCOLS, 0xFF),
        **_PORTS,
    }


PROTOCOLS: dict[str, Attributes] = {
    "arp": _ARP,
    "rarp": _ARP,
    "mac": {**_ETHERNET, "protocolid": values.named(values.ETHER_TYPES, 0xFFFF, 0x600), **_COMMENT},
    "vlan": {
        **_ETHERNET,
        "vlanid": values.integer(0xFFFF, high=4095),
        "encap-protocol": values.named(values.ETHER_TYPES, 0xFFFF, 0x3C),
        **_COMMENT,
    },
    "stp": _STP,
    "ip": {**_header(IPV4), "dscp": _DSCP, **_COMMENT},
    "ipv6": {
        **_header(IPV6),
        "type": _BYTE,
        "typeend": _BYTE,
        "code": _BYTE,
        "codeend": _BYTE,
        **_COMMENT,
    },
    "tcp": {**_packet(IPV4), **_PORTS, "option": _BYTE, "flags": [values.tcp_flags], **_COMMENT},
    "icmp": {**_packet(IPV4), **_TYPE, **_COMMENT},
    "tcp-ipv6": {**_packet(IPV6), **_PORTS, "option": _BYTE, **_COMMENT},
    "icmpv6": {**_packet(IPV6), **_TYPE, **_COMMENT},
}
for _name in ("udp", "sctp"):
    PROTOCOLS[_name] = {**_packet(IPV4), **_PORTS, **_COMMENT}
    PROTOCOLS[_name + "-ipv6"] = {**_packet(IPV6), **_PORTS, **_COMMENT}
for _name in ("udplite", "esp", "ah", "all"):
    PROTOCOLS[_name] = {**_packet(IPV4), **_COMMENT}
    PROTOCOLS[_name + "-ipv6"] = {**_packet(IPV6), **_COMMENT}
PROTOCOLS["igmp"] = {**_packet(IPV4), **_COMMENT}

_MAC_SIGNS = (("srcmacmask", "srcmacaddr"), ("dstmacmask", "dstmacaddr"))
_MASK_SIGNS = (("srcipmask", "srcipaddr"), ("dstipmask", "dstipaddr"))
_IP_SIGNS = (*_MASK_SIGNS, ("srcipto", "srcipfrom"), ("dstipto", "dstipfrom"))
_PORT_SIGNS = tuple((name, "srcportstart") for name in ("srcportend", "dstportstart", "dstportend"))
_STP_SIGNS = (
    ("srcmacmask", "srcmacaddr"),
    ("root-address-mask", "root-address"),
    ("sender-address-mask", "sender-address"),
    *(
        (name + "-hi", name)
        for name in (
            "root-priority", "root-cost", "sender-priority", "port", "age", "max-age",
            "hello-time", "forward-delay",
        )
    ),
)  # fmt: skip


def signs(protocol: str) -> tuple[tuple[str, str], ...]:
    """Attributes that are negated when another is: (attribute, the other)."""
    name = protocol.removesuffix("-ipv6")
    if name in ("mac", "vlan"):
        return _MAC_SIGNS
    if name == "stp":
        return _STP_SIGNS
    if name in ("arp", "rarp"):
        return ()
    if name == "ip":
        return _MASK_SIGNS
    if name == "ipv6":
        return (*_MASK_SIGNS, *((word, "type") for word in ("typeend", "code", "codeend")))
    if name in ("tcp", "udp", "sctp"):
        return (*_IP_SIGNS, *_PORT_SIGNS)
    if name in ("icmp", "icmpv6"):
        return (*_IP_SIGNS, ("code", "type"))
    return _IP_SIGNS


def drops_sets(protocol: str) -> bool:
    """Whether libvirt makes sets of addresses right in rules on a protocol, as it does in all but
    these.
    """
    return protocol.removesuffix("-ipv6") not in ("mac", "vlan", "stp", "arp", "rarp", "all")
