"""What a guest's card wants to receive: followed by the host's end of it (NIC_RX_FILTER_CHANGED).

Only cards whose guest is trusted with that (``trustGuestRxFilters``) are asked; QEMU tells nothing
more of the others until somebody asks.  A macvtap takes over the address, the groups and the modes;
of every card of a newer guest the address that it was given there is shown and told.
"""

from __future__ import annotations

import fcntl
import socket
import struct

from vsh.drivers.host.netlink import Netlink, packed
from vsh.drivers.qemu import telling
from vsh.drivers.state.attempts import Ignoring
from vsh.hypervisors.qemu.machine import is_modern
from vsh.qmp.value import structs, text, texts
from vsh.words.event_id import DomainEventID

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.qmp.value import Struct
    from vsh.xml.domain.devices.interface import Interface

_PROMISCUOUS, _ALL_GROUPS, _GROUPS = 0x100, 0x200, 0x1000  # IFF_PROMISC, _ALLMULTI, _MULTICAST
_ADD, _DELETE = 0x8931, 0x8932  # SIOCADDMULTI, SIOCDELMULTI
_KERNELS_LIST = "/proc/thread-self/net/dev_mcast"


def changed(hypervisor: Hypervisor, guest: Guest, data: Struct) -> None:
    """A card of a guest wants to receive something else."""
    alias = data.get("name")
    card = next((each for each in guest.definition.interfaces if each.alias == alias), None)
    if card is None or not card.trust_guest_rx_filters:
        return
    found = next(iter(structs(guest.ask("query-rx-filter", {"name": alias}))), None)
    if found is None:
        return
    if card.type == "direct" and card.target:
        _follow(str(card.target), found)
    if is_modern(guest.definition):  # older libvirt shows no such address
        _note(hypervisor, guest, card, text(found["main-mac"]).lower())


def _note(hypervisor: Hypervisor, guest: Guest, card: Interface, mac: str) -> None:
    """Show the address that a guest gave to its card, and tell of it."""
    own = str(card.mac)
    before = card.mac_current or own
    if mac == before:
        return
    card.mac_current = None if mac == own else mac
    hypervisor.guests.keep(guest)
    telling.tell(hypervisor, guest, DomainEventID.NIC_MAC_CHANGE, str(card.alias), before, mac)


def _follow(link: str, wanted: Struct) -> None:
    """Have a macvtap receive what its guest wants; what the kernel refuses stays as it is."""
    with Netlink() as netlink:
        here = netlink.link(link)
        if here is None:
            return
        mac = text(wanted["main-mac"])
        with Ignoring(OSError):
            if here.mac != mac:
                netlink.set_mac(link, mac)
        _join(link, here.index, set(texts(wanted.get("multicast-table"))))
        flags = here.flags
        if _any(wanted.get("vlan-table")):
            flags |= _PROMISCUOUS
        else:
            flags = _with(flags, _PROMISCUOUS, on=bool(wanted.get("promiscuous")))
        mode, overflow = wanted.get("multicast"), bool(wanted.get("multicast-overflow"))
        if mode == "all":
            flags |= _ALL_GROUPS
        elif mode == "none":
            flags &= ~(_ALL_GROUPS | _GROUPS)
        else:
            flags = _with(flags | _GROUPS, _ALL_GROUPS, on=overflow)
        with Ignoring(OSError):
            netlink.set_flags(link, flags, _PROMISCUOUS | _ALL_GROUPS | _GROUPS)


def _any(value: object) -> bool:
    """Whether a list of QEMU's has anything in it."""
    return isinstance(value, list) and bool(value)


def _with(flags: int, bit: int, *, on: bool) -> int:
    return flags | bit if on else flags & ~bit


def _join(link: str, index: int, wanted: set[str]) -> None:
    """Receive what goes to these groups, and to no others."""
    with open(_KERNELS_LIST, encoding="ascii") as file:
        rows = [line.split() for line in file]
    there = {row[4] for row in rows if int(row[0]) == index}
    asked = {packed(each).hex() for each in wanted}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ends:
        for act, groups in ((_ADD, asked - there), (_DELETE, there - asked)):
            for group in sorted(groups):
                request = struct.pack("16sH14s", link.encode(), 0, bytes.fromhex(group))
                with Ignoring(OSError):
                    fcntl.ioctl(ends, act, request)
