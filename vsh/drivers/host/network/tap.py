"""Taps: links of this host whose other end is a program's, a guest's card.

A tap is there as long as a program holds it open: when its guest ends, in whatever way, the kernel
takes it away.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import struct

from vsh.drivers.host import netlink as kernel
from vsh.drivers.host.netlink import BRIDGE_VLANS, VLAN_OWN, VLAN_UNTAGGED, Netlink, exists
from vsh.errors import (
    ConfigUnsupported,
    InternalError,
    OperationInvalid,
    OperationUnsupported,
    SystemFailure,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vsh.xml.domain.devices._network import IpAddress, OutsideRoute
    from vsh.xml.shared.link import Bandwidth, Vlan

_SET_INTERFACE = 0x400454CA  # TUNSETIFF (if_tun.h)
_GET_INTERFACE = 0x800454D2  # TUNGETIFF
_TAP, _NO_PACKET_INFORMATION, _HEADER, _MANY_QUEUES = 0x2, 0x1000, 0x4000, 0x100
_REQUEST = struct.Struct("16sH22x")
DEVICE = "/dev/net/tun"
_NOT_ALLOWED = (
    "only root makes tap devices: run this as root, or use <interface type='bridge'>, for which "
    "QEMU's bridge helper makes one, or <interface type='user'>, which needs no rights"
)
_LAST = 1 << 16
_FIRST_VLAN = 1  # that every port is in until it is told otherwise


class Tap:
    """A tap that was made.

    name         its link
    descriptors  its queues, to be handed to the program
    """

    __slots__ = ("descriptors", "name")

    def __init__(self, name: str, descriptors: list[int]) -> None:
        self.name = name
        self.descriptors = descriptors

    def close(self) -> None:
        """Let go of the queues; the link goes with the last that is held anywhere."""
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.descriptors = []


def make(
    name: str | None, *, queues: int, header: bool, device: str = DEVICE, there: bool = False
) -> Tap:
    """Make a tap.

    name    what it is called; None: vnet with the lowest number that is free
    header  its packets have a header in which checksums are left to the other side (virtio)
    there   there may be one of that name already, which is opened then

    Raises SystemFailure, OperationInvalid where the name is taken.
    """
    if name and not there and exists(name):
        raise OperationInvalid(f"The {name} interface already exists")
    flags = _TAP | _NO_PACKET_INFORMATION
    flags |= (_HEADER if header else 0) | (_MANY_QUEUES if queues > 1 else 0)
    tap = Tap(name or "vnet%d", [])
    try:
        for _ in range(queues):
            descriptor = os.open(device, os.O_RDWR | os.O_CLOEXEC)
            tap.descriptors.append(descriptor)
            wanted = _REQUEST.pack(tap.name.encode(), flags)
            tap.name = _named(fcntl.ioctl(descriptor, _SET_INTERFACE, wanted))
    except OSError as error:
        tap.close()
        what = f"Unable to create tap device {name or free('vnet')}"
        if error.filename is not None:
            what = f"Unable to open {device}, is tun module loaded?"
        hint = _NOT_ALLOWED if error.errno in (errno.EPERM, errno.EACCES) else None
        raise SystemFailure(f"{what}: {error.strerror}", hint=hint) from None
    return tap


def name_of(descriptor: int) -> str:
    """The name of an open tap's link.  Raises OSError."""
    return _named(fcntl.ioctl(descriptor, _GET_INTERFACE, _REQUEST.pack(b"", 0)))


def _named(answer: bytes) -> str:
    return str(_REQUEST.unpack(answer)[0].rstrip(b"\0").decode())


def free(kind: str) -> str:
    """A name that no link has: a word and the lowest number that is free.  Raises InternalError."""
    for number in range(_LAST):
        if not exists(f"{kind}{number}"):
            return f"{kind}{number}"
    raise InternalError(f"no free name for a {kind}")


def open_there(name: str | None, *, queues: int, header: bool, device: str = DEVICE) -> Tap:
    """Open a tap or macvtap that somebody made.  Raises InternalError, and as ``make``."""
    if not name:
        raise InternalError("target dev must be supplied when managed='no'")
    with Netlink() as netlink:
        link = netlink.link(name)
    if link is None:
        raise InternalError("target managed='no' but specified dev doesn't exist")
    if link.kind != "macvtap":
        return make(name, queues=queues, header=header, device=device, there=True)
    tap = Tap(name, [])
    try:
        _open_macvtap(tap, queues)
        flags = _TAP | _NO_PACKET_INFORMATION | (_HEADER if header else 0)
        flags |= _MANY_QUEUES if queues > 1 else 0
        for each in tap.descriptors:
            fcntl.ioctl(each, _SET_INTERFACE, _REQUEST.pack(b"", flags))
    except OSError as error:
        tap.close()
        raise SystemFailure(f"cannot open macvtap tap device of {name}: {error.strerror}") from None
    return tap


def _open_macvtap(tap: Tap, queues: int) -> None:
    """Open a macvtap's own device file.  Raises OSError."""
    with Netlink() as netlink:
        link = netlink.link(tap.name)
    device = f"/dev/tap{0 if link is None else link.index}"
    _make_node(tap.name, device)
    tap.descriptors += [os.open(device, os.O_RDWR | os.O_CLOEXEC) for _ in range(queues)]


def enlarge(name: str, mtu: int) -> None:
    """Give a tap the size of its largest packets.  Raises SystemFailure."""
    with _told(f"Cannot set interface MTU on '{name}'"), Netlink() as netlink:
        netlink.set_mtu(name, mtu)


@contextlib.contextmanager
def _told(what: str) -> Iterator[None]:
    """Say what the kernel refuses.  Raises SystemFailure."""
    try:
        yield
    except OSError as error:
        raise SystemFailure(f"{what}: {error.strerror}") from None


def mac_for(guest: str) -> str:
    """The address of a guest's tap: the guest's own, but for its first byte."""
    return ("fa" if guest.lower().startswith("fe") else "fe") + guest[2:]


def plug(
    tap: Tap,
    bridge: str | None,
    mac: str,
    *,
    mtu: int | None = None,
    isolated: bool = False,
    vlan: Vlan | None = None,
) -> None:
    """Give a tap its address, plug it into a bridge, bring it up.

    mac   the guest's
    mtu   the largest packet; None: the bridge's
    vlan  the VLANs that the guest is in; None: the bridge's own

    Raises SystemFailure, ConfigUnsupported where the bridge knows no VLANs.
    """
    try:
        with Netlink() as netlink:
            with _told(f"Cannot set interface MAC to {mac_for(mac)} on '{tap.name}'"):
                netlink.set_mac(tap.name, mac_for(mac))
            there = None if bridge is None else netlink.link(bridge)
            if bridge is not None and there is None:
                raise SystemFailure(
                    f"Cannot get interface MTU on '{bridge}': {os.strerror(errno.ENODEV)}"
                )
            size = mtu or (there.mtu if there is not None else 0)
            if size:
                netlink.set_mtu(tap.name, size)
            if bridge is not None:
                _join(netlink, tap.name, bridge)
                if vlan is not None:
                    _tag(netlink, tap.name, bridge, vlan)
            if isolated:
                netlink.set_isolated(tap.name)
            netlink.set_up(tap.name)
            _free_of_queue(netlink, tap.name)
    except OSError as error:
        raise SystemFailure(f"Cannot set up tap device '{tap.name}': {error.strerror}") from None


def _free_of_queue(netlink: Netlink, name: str) -> None:
    """The guest has queues enough; a kernel without the choice keeps its own."""
    with contextlib.suppress(OSError):
        netlink.set_queueless(name)


def address(name: str, ips: Sequence[IpAddress], routes: Sequence[OutsideRoute]) -> None:
    """Give the host's end of a card its addresses, and routes that go there.

    Raises SystemFailure.
    """
    from vsh.xml.shared.socket_address import prefix_of

    try:
        with Netlink() as netlink:
            for ip in ips:
                own = str(ip.address)
                length = prefix_of(own, None, None if ip.prefix is None else int(ip.prefix))
                netlink.add_address(name, own, length, ip.peer)
            for route in routes:
                length = prefix_of(str(route.address), route.netmask, route.prefix)
                netlink.add_route(
                    name, str(route.address), length, str(route.gateway), route.metric or 1
                )
    except OSError as error:
        raise SystemFailure(f"Unable to set up addresses of {name}: {error.strerror}") from None


def isolate(name: str, *, isolated: bool) -> None:
    """Keep a port of a bridge apart from other such ports, or not.  Raises SystemFailure."""
    try:
        with Netlink() as netlink:
            netlink.set_isolated(name, isolated=isolated)
    except OSError as error:
        raise SystemFailure(
            f"Unable to set bridge port {name} isolated: {error.strerror}"
        ) from None


def gather(name: str, frames: int | None) -> int | None:
    """Have a tap gather frames, 0 for none; how many it does then.  Raises SystemFailure."""
    try:
        return kernel.gather(name, frames or 0) or None
    except OSError as error:
        raise SystemFailure(f"Cannot set coalesce info on '{name}': {error.strerror}") from None


def join(name: str, bridge: str) -> None:
    """Put a tap on another bridge.  Raises as ``plug``."""
    with Netlink() as netlink:
        _join(netlink, name, bridge)


def _join(netlink: Netlink, name: str, bridge: str) -> None:
    try:
        netlink.set_master(name, bridge)
    except OSError as error:
        raise SystemFailure(
            f"Unable to add bridge {bridge} port {name}: {error.strerror}"
        ) from None


def _tag(netlink: Netlink, name: str, bridge: str, vlan: Vlan) -> None:
    """Put a port of a bridge into VLANs, and into no others."""
    there = netlink.link(bridge)
    if there is None or not there.facts.get(BRIDGE_VLANS, b"\0")[0]:
        raise ConfigUnsupported(
            f"interface '{name}' is to have VLANs, but bridge '{bridge}' does not filter them: "
            f"turn it on with 'ip link set {bridge} type bridge vlan_filtering 1'"
        )
    try:
        netlink.leave_vlan(name, _FIRST_VLAN)
        for tag in vlan.tags:
            own = tag.native_mode is not None or vlan.trunk != "yes"
            plain = own and tag.native_mode != "tagged"
            flags = (VLAN_OWN if own else 0) | (VLAN_UNTAGGED if plain else 0)
            netlink.set_vlan(name, tag.id or 0, flags)
    except OSError as error:
        raise SystemFailure(f"Unable to set VLANs of port {name}: {error.strerror}") from None


def limit(name: str, wanted: Bandwidth | None, *, guests_own: bool = False) -> None:
    """Limit a card's traffic; None: not any more.

    Raises OperationUnsupported where we are not root, and as ``bandwidth.limit``.
    """
    from vsh.drivers.host.network import bandwidth

    if wanted is not None and os.geteuid() != 0:
        raise OperationUnsupported("Network bandwidth tuning is not available in session mode")
    if wanted is not None and (wanted.inbound or wanted.outbound):
        bandwidth.limit(name, wanted, guests_own=guests_own)
    else:
        bandwidth.clear(name)
        with Netlink() as netlink:
            _free_of_queue(netlink, name)


# ---- macvtap: on top of a link of the host; it stays until somebody removes it


def make_macvtap(name: str, lower: str, mac: str, mode: str, *, queues: int) -> Tap:
    """Make a macvtap and open it.  Raises SystemFailure."""
    try:
        if not exists(lower):
            raise SystemFailure(f"Unable to get index for interface {lower}: No such device")
        with Netlink() as netlink:
            netlink.add_macvtap(name, lower, mac, mode)
    except OSError as error:
        raise SystemFailure(f"error creating macvtap interface {name}@{lower} ({mac}): "
                            f"{error.strerror}") from None  # fmt: skip
    tap = Tap(name, [])
    try:
        with Netlink() as netlink:
            netlink.set_up(name)
            _free_of_queue(netlink, name)
        _open_macvtap(tap, queues)
    except OSError as error:
        tap.close()
        remove_macvtap(name, mac)
        raise SystemFailure(f"cannot open macvtap tap device of {name}: {error.strerror}") from None
    return tap


def _make_node(name: str, device: str) -> None:
    """The device file of a macvtap, where no udev makes it."""
    if os.path.exists(device):
        return
    with open(f"/sys/class/net/{name}/{os.path.basename(device)}/dev", encoding="ascii") as file:
        major, minor = map(int, file.read().split(":"))
    os.mknod(device, 0o600 | 0o020000, os.makedev(major, minor))


def remove_macvtap(name: str, mac: str) -> None:
    """Remove a macvtap, if it is the one with that address."""
    try:
        with Netlink() as netlink:
            link = netlink.link(name)
            if link is not None and link.kind == "macvtap" and link.mac == mac:
                netlink.delete(name)
    except OSError:
        return  # somebody else was quicker
