"""The filters that every root begins with: the usual ones, by the names that documents refer to."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_SPACE = "6ba7b811-9dad-11d1-80b4-00c04fd430c8"  # RFC 4122's for names of the web

_DHCP = "<{ip} {source} {to} protocol='udp' srcportstart='{client}' dstportstart='{server}'/>"
_ASK_4 = _DHCP.format(ip="ip", source="srcipaddr='0.0.0.0'", to="dstipaddr='255.255.255.255'",
                      client=68, server=67)  # fmt: skip
_ASK_6 = _DHCP.format(ip="ipv6", source="srcipaddr='fe80::' srcipmask='10'",
                      to="dstipaddr='ff02::1:2'", client=546, server=547)  # fmt: skip
_GET_4 = "<ip {}protocol='udp' srcportstart='67' dstportstart='68'/>"
_GET_6 = "<ipv6 {}protocol='udp' srcportstart='547' dstportstart='546'/>"
_ANNOUNCE = (
    "<rarp {}dstmacaddr='ff:ff:ff:ff:ff:ff' opcode='Request_Reverse' arpsrcmacaddr='$MAC' "
    "arpdstmacaddr='$MAC' arpsrcipaddr='0.0.0.0' arpdstipaddr='0.0.0.0'/>"
)
_SERVER = "srcipaddr='$DHCPSERVER' "
_LAST = 1000

_Part = str | tuple[str, str, int, str]

# Each: its chain and priority, and its parts in order: the name of another filter, or a rule
# (action, direction, priority, what it matches).
_FILTERS: dict[str, tuple[str, int | None, tuple[_Part, ...]]] = {
    "allow-arp": ("arp", None, (("accept", "inout", 500, ""),)),
    "allow-dhcp": ("ipv4", None, (
        ("accept", "out", 100, _ASK_4), ("accept", "in", 100, _GET_4.format("")),
    )),
    "allow-dhcp-server": ("ipv4", None, (
        ("accept", "out", 100, _ASK_4), ("accept", "in", 100, _GET_4.format(_SERVER)),
    )),
    "allow-dhcpv6": ("ipv6", None, (
        ("accept", "out", 100, _ASK_6), ("accept", "in", 100, _GET_6.format("")),
    )),
    "allow-dhcpv6-server": ("ipv6", None, (
        ("accept", "out", 100, _ASK_6), ("accept", "in", 100, _GET_6.format(_SERVER)),
    )),
    "allow-incoming-ipv4": ("ipv4", None, (("accept", "in", 500, ""),)),
    "allow-incoming-ipv6": ("ipv6", None, (("accept", "in", 500, ""),)),
    "allow-ipv4": ("ipv4", None, (("accept", "inout", 500, ""),)),
    "allow-ipv6": ("ipv6", None, (("accept", "inout", 500, ""),)),
    "clean-traffic": ("root", None, (
        "no-mac-spoofing", "no-ip-spoofing",
        ("accept", "out", -650, "<mac protocolid='ipv4'/>"),
        "allow-incoming-ipv4", "no-arp-spoofing",
        ("accept", "inout", -500, "<mac protocolid='arp'/>"),
        "no-other-l2-traffic", "qemu-announce-self",
    )),
    "clean-traffic-gateway": ("root", None, (
        "no-mac-spoofing", "no-ip-spoofing", "no-arp-spoofing",
        ("accept", "inout", -500, "<mac protocolid='arp'/>"),
        ("accept", "in", 500, "<mac srcmacaddr='$GATEWAY_MAC'/>"),
        ("accept", "out", 500, "<mac dstmacaddr='$GATEWAY_MAC'/>"),
        "no-other-l2-traffic", "qemu-announce-self",
    )),
    "no-arp-ip-spoofing": ("arp-ip", -510, (
        ("return", "out", 400, "<arp arpsrcipaddr='$IP'/>"), ("drop", "out", _LAST, ""),
    )),
    "no-arp-mac-spoofing": ("arp-mac", -520, (
        ("return", "out", 350, "<arp arpsrcmacaddr='$MAC'/>"), ("drop", "out", _LAST, ""),
    )),
    "no-arp-spoofing": ("root", None, ("no-arp-mac-spoofing", "no-arp-ip-spoofing")),
    "no-ip-multicast": ("ipv4", None, (
        ("drop", "out", 500, "<ip dstipaddr='224.0.0.0' dstipmask='4'/>"),
    )),
    "no-ip-spoofing": ("ipv4-ip", -710, (
        ("return", "out", 100, "<ip srcipaddr='0.0.0.0' protocol='udp'/>"),
        ("return", "out", 500, "<ip srcipaddr='$IP'/>"), ("drop", "out", _LAST, ""),
    )),
    "no-ipv6-multicast": ("ipv6", None, (
        ("drop", "out", 500, "<ipv6 dstipaddr='ff00::' dstipmask='8'/>"),
    )),
    "no-ipv6-spoofing": ("ipv6-ip", -610, (
        ("return", "out", 100, "<ipv6 srcipaddr='fe80::' srcipmask='10' protocol='udp'/>"),
        ("return", "out", 500, "<ipv6 srcipaddr='$IPV6'/>"), ("drop", "out", _LAST, ""),
    )),
    "no-mac-broadcast": ("ipv4", None, (
        ("drop", "out", 500, "<mac dstmacaddr='ff:ff:ff:ff:ff:ff'/>"),
    )),
    "no-mac-spoofing": ("mac", -800, (
        ("return", "out", 500, "<mac srcmacaddr='$MAC'/>"), ("drop", "out", 500, "<mac/>"),
    )),
    "no-other-l2-traffic": ("root", None, (("drop", "inout", _LAST, ""),)),
    "no-other-rarp-traffic": ("rarp", None, (("drop", "inout", _LAST, ""),)),
    "qemu-announce-self": ("root", None, (
        ("accept", "out", 500, "<mac protocolid='0x835'/>"),
        "qemu-announce-self-rarp", "no-other-rarp-traffic",
    )),
    "qemu-announce-self-rarp": ("rarp", None, (
        ("accept", "out", 500, _ANNOUNCE.format("srcmacaddr='$MAC' ")),
        ("accept", "in", 500, _ANNOUNCE.format("")),
    )),
}  # fmt: skip


def documents() -> Iterator[str]:
    """The documents of all of them; their UUIDs are the same in every root."""
    from uuid import UUID, uuid5

    for name, (chain, priority, parts) in _FILTERS.items():
        uuid = uuid5(UUID(_SPACE), f"vsh/nwfilter/{name}")
        place = "" if priority is None else f" priority='{priority}'"
        lines = [f"<filter name='{name}' chain='{chain}'{place}><uuid>{uuid}</uuid>"]
        for part in parts:
            if isinstance(part, str):
                lines.append(f"<filterref filter='{part}'/>")
            else:
                action, direction, rank, match = part
                lines.append(
                    f"<rule action='{action}' direction='{direction}' priority='{rank}'>"
                    f"{match}</rule>"
                )
        yield "".join([*lines, "</filter>"])
