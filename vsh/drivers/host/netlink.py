"""Network links, addresses and routes of this machine, asked of and changed in the kernel.

Netlink itself (netlink(7), rtnetlink(7)) and not ip(8): a network is up after a dozen messages in
one process, a listing of 500 links is one question, an error is a number and not a text.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator
    from typing import Self

_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, sender
_ATTRIBUTE = struct.Struct("=HH")
_LINK = struct.Struct("=BxHiII")  # family, kind of device, index, flags, which flags change
_ADDRESS = struct.Struct("=BBBBI")  # family, prefix, flags, scope, index
_ROUTE = struct.Struct("=BBBBBBBBI")
_REQUEST, _ACKNOWLEDGE, _DUMP, _CREATE, _EXCLUSIVE = 0x1, 0x4, 0x300, 0x400, 0x200
_ERROR, _DONE = 2, 3
_NEW_LINK, _DELETE_LINK, _GET_LINK, _SET_LINK = 16, 17, 18, 19
_NEW_ADDRESS, _GET_ADDRESS = 20, 22
_NEW_ROUTE = 24
_NEW_QUEUE = 36
_QUEUE = struct.Struct("=BxxxiIII")  # family, index, handle, parent, info
_REPLACE, _ROOT, _QUEUE_KIND = 0x100, 0xFFFFFFFF, 1
_UP = 1
_NESTED = 0x8000
# attributes of a link (if_link.h)
_MAC, _NAME, _MTU, _LOWER, _MASTER, _STATE, _LINK_INFO = 1, 3, 4, 5, 10, 16, 18
_KIND, _DATA, _PORT_KIND, _PORT_DATA = 1, 2, 4, 5
BRIDGE_DELAY, BRIDGE_STP, BRIDGE_VLANS = 1, 5, 7
_OF_BRIDGES, _PORT_SPECIFICS, _PORT_VLAN = 7, 26, 2  # AF_BRIDGE, and attributes of its ports
_FUNCTIONS, _FUNCTION, _FUNCTION_MAC, _FUNCTION_VLAN = 22, 1, 1, 2
VLAN_OWN, VLAN_UNTAGGED = 2, 4
"""What is in a VLAN of a port: packets that come without a tag, packets that leave without one."""
VLAN_ID = 1
BOND_MODE, BOND_MII, BOND_UP_DELAY, BOND_DOWN_DELAY, BOND_CARRIER = 1, 3, 4, 5, 6
BOND_ARP, BOND_TARGETS, BOND_VALIDATE = 7, 8, 9
_PORT_ISOLATED = 33
_MACVLAN_MODE = 1
MACVLAN_MODES = {"private": 1, "vepa": 2, "bridge": 4, "passthrough": 8}
# attributes of an address (if_addr.h) and a route (rtnetlink.h)
_LOCAL, _ADDRESS_OF, _BROADCAST = 2, 1, 4
_DESTINATION, _OUT, _GATEWAY, _METRIC = 1, 4, 5, 6
_MAIN_TABLE, _PROTOCOL_BOOT, _UNICAST = 254, 3, 1
_BUFFER = 1 << 20
_FAMILIES = {socket.AF_INET: "ipv4", socket.AF_INET6: "ipv6"}
# nfnetlink (nfnetlink.h, nf_tables.h): the subsystem and its message
_NFT_GET_GENERATION = (10 << 8) | 16
_NETFILTER = 12
_ETHTOOL, _SPEED_COMMAND = 0x8946, 1  # SIOCETHTOOL, ETHTOOL_GSET
_GET_COALESCE, _SET_COALESCE = 0x0E, 0x0F
TICKS = 100
"""Ticks of the clock in a second, as user space sees them (USER_HZ)."""


STATES = ("unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up")


class Link:
    """One link.

    kind    what made it: bridge, veth, tun ...; None for a real device
    state   what it does (RFC 2863): "up", "down", "unknown" ...
    facts   what its kind has more, by the kernel's numbers of attributes
    master  the index of the bridge that it is a port of, or 0
    lower   the index of the link that it is on top of, or 0
    """

    __slots__ = (
        "device", "facts", "flags", "index", "kind", "lower", "mac", "master", "mtu", "name",
        "state",
    )  # fmt: skip

    def __init__(self, index: int, device: int, flags: int) -> None:
        self.index = index
        self.device = device
        self.flags = flags
        self.name = ""
        self.mac = ""
        self.mtu = 0
        self.kind: str | None = None
        self.state = STATES[0]
        self.facts: dict[int, bytes] = {}
        self.master = 0
        self.lower = 0

    def fact(self, number: int) -> int:
        """One of its kind's facts that is a number; 0 where it is not there."""
        return int.from_bytes(self.facts.get(number, b""), sys.byteorder)

    @property
    def up(self) -> bool:
        """Whether it is up."""
        return bool(self.flags & _UP)


class Address:
    """One address of a link; ``scope`` is rtnetlink's number."""

    __slots__ = ("address", "family", "index", "prefix", "scope")

    def __init__(self, index: int, family: str, address: str, prefix: int, scope: int) -> None:
        self.index = index
        self.family = family
        self.address = address
        self.prefix = prefix
        self.scope = scope


class Netlink:
    """A conversation with the kernel about links; a context manager.  All raises OSError."""

    def __init__(self, protocol: int = socket.NETLINK_ROUTE) -> None:
        kind = socket.SOCK_RAW | socket.SOCK_CLOEXEC
        self._socket = socket.socket(socket.AF_NETLINK, kind, protocol)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self._socket.bind((0, 0))
        self._sequence = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._socket.close()

    # ---- looking

    def links(self) -> list[Link]:
        """All links."""
        request = _LINK.pack(0, 0, 0, 0, 0)
        return [_link(body) for _, body in self._ask(_GET_LINK, _DUMP, request)]

    def link(self, name: str) -> Link | None:
        """The link of that name."""
        request = _LINK.pack(0, 0, 0, 0, 0) + _text(_NAME, name)
        try:
            for _, body in self._ask(_GET_LINK, 0, request):
                return _link(body)
        except OSError as error:
            if error.errno != errno.ENODEV:
                raise
        return None

    def addresses(self) -> list[Address]:
        """All addresses."""
        found = []
        for _, body in self._ask(_GET_ADDRESS, _DUMP, _ADDRESS.pack(0, 0, 0, 0, 0)):
            family, prefix, _, scope, index = _ADDRESS.unpack_from(body)
            known = dict(_attributes(body, _ADDRESS.size))
            packed = known.get(_LOCAL) or known.get(_ADDRESS_OF)
            if family in _FAMILIES and packed:
                text = socket.inet_ntop(family, packed)
                found.append(Address(index, _FAMILIES[family], text, prefix, scope))
        return found

    def generation(self) -> int:
        """The number of the firewall's rule set, which each change of it makes another."""
        for _, body in self._ask(_NFT_GET_GENERATION, 0, struct.pack("=BBH", 0, 0, 0)):
            packed = dict(_attributes(body, 4)).get(1)
            if packed is not None:
                return int.from_bytes(packed, "big")
        return 0

    # ---- making

    def add_bridge(self, name: str, mac: str | None, *, delay: int, stp: bool) -> None:
        """Make a bridge; ``delay`` in seconds is how long its ports only listen."""
        data = _number(BRIDGE_DELAY, delay * TICKS) + _number(BRIDGE_STP, int(stp))
        self._add(name, "bridge", data, b"" if mac is None else _attribute(_MAC, packed(mac)))

    def add_macvtap(self, name: str, lower: str, mac: str, mode: str) -> None:
        """Make a macvtap on top of a link."""
        data = _number(_MACVLAN_MODE, MACVLAN_MODES[mode])
        more = _attribute(_MAC, packed(mac)) + _number(_LOWER, self._index(lower))
        self._add(name, "macvtap", data, more)

    def _add(self, name: str, kind: str, data: bytes, more: bytes) -> None:
        info = _text(_KIND, kind) + _attribute(_DATA | _NESTED, data)
        request = (
            _LINK.pack(0, 0, 0, 0, 0)
            + _text(_NAME, name)
            + more
            + _attribute(_LINK_INFO | _NESTED, info)
        )
        self._tell(_NEW_LINK, _CREATE | _EXCLUSIVE, request)

    def delete(self, name: str) -> None:
        """Remove a link."""
        self._tell(_DELETE_LINK, 0, _LINK.pack(0, 0, self._index(name), 0, 0))

    def set_up(self, name: str, *, up: bool = True) -> None:
        """Bring a link up, or down."""
        self._tell(_SET_LINK, 0, _LINK.pack(0, 0, self._index(name), _UP if up else 0, _UP))

    def set_flags(self, name: str, flags: int, which: int) -> None:
        """Flags of a link (IFF_PROMISC ...): those of ``which`` are set or cleared."""
        self._tell(_SET_LINK, 0, _LINK.pack(0, 0, self._index(name), flags & which, which))

    def set_mtu(self, name: str, size: int) -> None:
        """The largest packet of a link, in bytes."""
        self._change(name, _number(_MTU, size))

    def set_mac(self, name: str, mac: str) -> None:
        """The address of a link."""
        self._change(name, _attribute(_MAC, packed(mac)))

    def set_master(self, name: str, bridge: str) -> None:
        """Make a link a port of a bridge."""
        self._change(name, _number(_MASTER, self._index(bridge)))

    def set_isolated(self, name: str, *, isolated: bool = True) -> None:
        """A port of a bridge talks to no other isolated one, or to all again."""
        data = _attribute(_PORT_ISOLATED, bytes([isolated]))
        info = _text(_PORT_KIND, "bridge") + _attribute(_PORT_DATA | _NESTED, data)
        request = _LINK.pack(0, 0, self._index(name), 0, 0)
        self._tell(_NEW_LINK, 0, request + _attribute(_LINK_INFO | _NESTED, info))

    def set_queueless(self, name: str) -> None:
        """What a link sends is sent at once: who is behind it has a queue of its own."""
        request = _QUEUE.pack(0, self._index(name), 0, _ROOT, 0) + _text(_QUEUE_KIND, "noqueue")
        self._tell(_NEW_QUEUE, _CREATE | _REPLACE, request)

    def set_vlan_filtering(self, name: str) -> None:
        """A bridge forwards by VLANs."""
        info = _text(_KIND, "bridge") + _attribute(_DATA | _NESTED, _attribute(BRIDGE_VLANS, b"\1"))
        request = _LINK.pack(0, 0, self._index(name), 0, 0)
        self._tell(_NEW_LINK, 0, request + _attribute(_LINK_INFO | _NESTED, info))

    def set_vlan(self, name: str, tag: int, flags: int) -> None:
        """A port of a bridge is in a VLAN: ``VLAN_OWN``, ``VLAN_UNTAGGED`` or neither."""
        self._tell(_SET_LINK, 0, self._vlan(name, tag, flags))

    def leave_vlan(self, name: str, tag: int) -> None:
        """A port of a bridge is not in a VLAN."""
        self._tell(_DELETE_LINK, 0, self._vlan(name, tag, 0))

    def _vlan(self, name: str, tag: int, flags: int) -> bytes:
        inside = _attribute(_PORT_VLAN, struct.pack("=HH", flags, tag))
        port = _LINK.pack(_OF_BRIDGES, 0, self._index(name), 0, 0)
        return port + _attribute(_PORT_SPECIFICS, inside)

    def set_function(self, name: str, number: int, mac: str, vlan: int) -> None:
        """The address and the VLAN (0: none) of a virtual function of a network card."""
        address = struct.pack("=I32s", number, packed(mac))
        found = _attribute(_FUNCTION_MAC, address)
        found += _attribute(_FUNCTION_VLAN, struct.pack("=III", number, vlan, 0))
        inside = _attribute(_FUNCTION | _NESTED, found)
        self._change(name, _attribute(_FUNCTIONS | _NESTED, inside))

    def add_address(self, name: str, address: str, prefix: int, peer: str | None = None) -> None:
        """Give a link an address; an IPv4 one gets the broadcast address of its network.

        peer  the only one at the other end of the link, which there is no broadcast for
        """
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        number = socket.inet_pton(family, address)
        other = number if peer is None else socket.inet_pton(family, peer)
        request = _ADDRESS.pack(family, prefix, 0, 0, self._index(name))
        request += _attribute(_LOCAL, number) + _attribute(_ADDRESS_OF, other)
        if family == socket.AF_INET and peer is None:
            last = int.from_bytes(number, "big") | ((1 << (32 - prefix)) - 1)
            request += _attribute(_BROADCAST, last.to_bytes(4, "big"))
        self._tell(_NEW_ADDRESS, _CREATE | _EXCLUSIVE, request)

    def add_route(self, name: str, address: str, prefix: int, gateway: str, metric: int) -> None:
        """Packets for a network go to a gateway, by a link."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        request = _ROUTE.pack(family, prefix, 0, 0, _MAIN_TABLE, _PROTOCOL_BOOT, 0, _UNICAST, 0)
        request += _attribute(_DESTINATION, socket.inet_pton(family, address))
        request += _attribute(_GATEWAY, socket.inet_pton(family, gateway))
        request += _number(_OUT, self._index(name))
        if metric:
            request += _number(_METRIC, metric)
        self._tell(_NEW_ROUTE, _CREATE | _EXCLUSIVE, request)

    def _index(self, name: str) -> int:
        return socket.if_nametoindex(name)

    def _change(self, name: str, attribute: bytes) -> None:
        self._tell(_SET_LINK, 0, _LINK.pack(0, 0, self._index(name), 0, 0) + attribute)

    # ---- talking

    def _tell(self, kind: int, flags: int, body: bytes) -> None:
        for _ in self._ask(kind, flags | _ACKNOWLEDGE, body):
            pass

    def _ask(self, kind: int, flags: int, body: bytes) -> Iterator[tuple[int, bytes]]:
        """The answers to a message, to the last."""
        self._sequence += 1
        number = self._sequence
        header = _HEADER.pack(_HEADER.size + len(body), kind, flags | _REQUEST, number, 0)
        self._socket.send(header + body)
        while True:
            data = self._socket.recv(_BUFFER)
            place = 0
            while place < len(data):
                length, told, _, sequence, _ = _HEADER.unpack_from(data, place)
                inside = data[place + _HEADER.size : place + length]
                place += (length + 3) & ~3
                if sequence != number:
                    continue
                if told == _DONE:
                    return
                if told == _ERROR:
                    [failed] = struct.unpack_from("=i", inside)
                    if failed:
                        raise OSError(-failed, os.strerror(-failed))
                    return
                yield told, inside
            if not flags & (_DUMP | _ACKNOWLEDGE):
                return


def ethtool(asking: socket.socket, name: str, values: array[int]) -> None:
    """Have the driver of a link read a command, and write its answer over it (ethtool(8)).

    Raises OSError.
    """
    import fcntl

    request = struct.pack("16sP16x", name.encode()[:15], values.buffer_info()[0])
    fcntl.ioctl(asking, _ETHTOOL, request)


def speed(name: str) -> int:
    """How fast a link is, in Mbit/s; 0 where it does not say."""
    from array import array

    answer = array("B", _SPEED_COMMAND.to_bytes(4, sys.byteorder) + bytes(40))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        try:
            ethtool(asking, name, answer)
        except OSError:
            return 0
    low, high = struct.unpack_from("=H", answer, 12)[0], struct.unpack_from("=H", answer, 28)[0]
    found = int(high << 16 | low)
    return 0 if found in (0xFFFF, 0xFFFFFFFF) else found


def gather(name: str, frames: int) -> int:
    """Have a link gather so many frames before it tells of them (ethtool(8), ``rx-frames``).

    Gives how many it gathers then.  Raises OSError where it cannot, or not so many.
    """
    from array import array

    wanted = array("I", [_SET_COALESCE, 0, frames, *(0 for _ in range(20))])
    asked = array("I", [_GET_COALESCE, *(0 for _ in range(22))])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for each in (wanted, asked):
            ethtool(asking, name, each)
    return asked[2]


def targets(packed_addresses: bytes) -> list[str]:
    """The addresses in an attribute that is a list of them."""
    return [socket.inet_ntoa(value) for _, value in _attributes(packed_addresses, 0)]


def exists(name: str) -> bool:
    """Whether there is a link of that name; /sys may be that of another network namespace."""
    try:
        socket.if_nametoindex(name)
    except OSError:
        return False
    return True


def generation() -> int:
    """See ``Netlink.generation``."""
    with Netlink(_NETFILTER) as netlink:
        return netlink.generation()


def packed(mac: str) -> bytes:
    """A MAC address as the wire has it."""
    return bytes.fromhex(mac.replace(":", ""))


def _link(body: bytes) -> Link:
    _, device, index, flags, _ = _LINK.unpack_from(body)
    link = Link(index, device, flags)
    for kind, value in _attributes(body, _LINK.size):
        if kind == _NAME:
            link.name = value.rstrip(b"\0").decode("utf-8", "surrogateescape")
        elif kind == _MAC:
            link.mac = value.hex(":")
        elif kind == _MTU:
            link.mtu = int.from_bytes(value, sys.byteorder)
        elif kind == _MASTER:
            link.master = int.from_bytes(value, sys.byteorder)
        elif kind == _LOWER:
            link.lower = int.from_bytes(value, sys.byteorder)
        elif kind == _LINK_INFO:
            inside = dict(_attributes(value, 0))
            if _KIND in inside:
                link.kind = inside[_KIND].rstrip(b"\0").decode()
            link.facts = dict(_attributes(inside.get(_DATA, b""), 0))
        elif kind == _STATE:
            link.state = STATES[value[0]] if value[0] < len(STATES) else STATES[0]
    return link


def _attributes(data: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    while place + _ATTRIBUTE.size <= len(data):
        length, kind = _ATTRIBUTE.unpack_from(data, place)
        if length < _ATTRIBUTE.size:
            return
        yield kind & 0x3FFF, data[place + _ATTRIBUTE.size : place + length]
        place += (length + 3) & ~3


def _attribute(kind: int, value: bytes) -> bytes:
    length = _ATTRIBUTE.size + len(value)
    return _ATTRIBUTE.pack(length, kind) + value + bytes(-length % 4)


def _number(kind: int, value: int) -> bytes:
    return _attribute(kind, struct.pack("=I", value))


def _text(kind: int, value: str) -> bytes:
    return _attribute(kind, value.encode("utf-8", "surrogateescape") + b"\0")
