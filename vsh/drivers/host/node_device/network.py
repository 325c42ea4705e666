"""What the host knows of a network card: its link, and what it does for its packets."""

from __future__ import annotations

import array
import socket

from vsh.drivers.host.netlink import ethtool
from vsh.xml.host.interface import LINK_STATES
from vsh.xml.host.node_device import FEATURES, Feature, NetDevice

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host.node_device.tree import Entry

_VALUES = {"rx": 0x14, "tx": 0x16, "sg": 0x18, "tso": 0x1E, "gso": 0x23, "gro": 0x2B}
_FLAGS, _FLAG_BITS = 0x25, {"lro": 15, "rxvlan": 8, "txvlan": 7, "ntuple": 27, "rxhash": 28}
_FEATURES, _BLOCKS, _TUNNELS = 0x3A, 2, 25  # ETHTOOL_GFEATURES; tx-udp_tnl-segmentation
_MASK = 0xFFFFFFFF


def describe(entry: Entry, *, here: bool) -> NetDevice | None:
    """The capability ``net`` of a card; None where it has no address.

    here  it is this machine's: its driver can be asked
    """
    interface = entry.properties.get("INTERFACE", entry.name)
    state = entry.text("operstate")
    speed = entry.text("speed") if state == "up" else None
    features = _features(entry, interface) if here else set()
    return NetDevice(
        type="net",
        interface=interface,
        address=entry.text("address"),
        link_state=state if state in LINK_STATES else None,
        # libvirt reads -1, "not known", as a number without a sign
        link_speed=None if speed is None else int(speed) & _MASK,
        features=[Feature(name=word) for word in FEATURES if word in features],
        kind="80211" if entry.kind == "wlan" else "80203",
    )


def _features(entry: Entry, interface: str) -> set[str]:
    found: set[str] = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for word, command in _VALUES.items():
            if _ask(asking, interface, command, 1)[0]:
                found.add(word)
        flags = _ask(asking, interface, _FLAGS, 1)[0]
        found.update(word for word, bit in _FLAG_BITS.items() if flags >> bit & 1)
        # a block: available, requested, active, never changed
        if _ask(asking, interface, _FEATURES, 1 + 4 * _BLOCKS, _BLOCKS)[3] >> _TUNNELS & 1:
            found.add("txudptnl")
    if entry.names("device/infiniband"):
        found.add("rdma")
    return found


def _ask(
    asking: socket.socket, interface: str, command: int, count: int, first: int = 0
) -> array.array[int]:
    """What a card's driver answers; zeros where it does not."""
    values = array.array("I", [command, first, *[0] * count])
    try:
        ethtool(asking, interface, values)
    except OSError:
        return array.array("I", [0] * (count + 1))
    return values[1:]
