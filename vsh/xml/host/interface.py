"""<interface>: an interface of the host.

A bridge and a bond have members, which are interfaces with less in them.
"""

from __future__ import annotations

from vsh.errors import Error, XmlError
from vsh.xml.engine import shapes
from vsh.xml.engine.element import Element
from vsh.xml.engine.field import Choice, Flag, Int, Present, Text
from vsh.xml.engine.given import Given, Unexplained
from vsh.xml.engine.structure import Child, Children
from vsh.xml.engine.text import INT_MAX, INT_MIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.xml.engine.problem import Found
    from vsh.xml.engine.reading import Reading

TYPES = ("ethernet", "bridge", "bond", "vlan")
BOND_MODES = (
    "balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb",
    "balance-alb",
)  # fmt: skip
LINK_STATES = (
    "unknown", "notpresent", "down", "lowerlayerdown", "testing", "dormant", "up",
)  # fmt: skip
_LARGEST_MTU = 100000


class HostAddress(Element, tag="ip"):
    """An address."""

    address = Text("@address", shape=shapes.ADDRESS, needed=True)
    prefix = Int("@prefix", INT_MIN, INT_MAX, base=0, skip=0)

    def view(self, flags: int) -> HostAddress | None:
        """Nothing where there is no address."""
        return None if self.address is None else self


class Protocol(Element, tag="protocol"):
    """<protocol>: addresses of one kind."""

    family = Text[str](
        "@family", required=(XmlError, "protocol misses the family attribute"), shape="ipv4|ipv6"
    )
    autoconf = Present("autoconf")
    dhcp = Present("dhcp")
    peer_dns = Flag("dhcp/@peerdns")
    addresses = Children(HostAddress, "ip")
    gateway = Given("route/@gateway", shape=shapes.ADDRESS, after="family")

    open = (".",)

    def parsed(self, reading: Reading) -> Found:
        if self.family not in (None, "ipv4", "ipv6"):
            yield "family", XmlError(f"unsupported protocol family '{self.family}'")
        if self.family == "ipv4":
            self.autoconf = False


class Bridge(Element, tag="bridge"):
    """<bridge>: what makes the interface a bridge."""

    stp = Text("@stp", shape=shapes.ON_OFF)
    delay = Text("@delay", shape=r"[0-9]+(\.[0-9]+)?")
    members: Children[BridgeMember] = Children("vsh.xml.host.interface:BridgeMember", "interface")

    open = (".",)

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.stp not in (None, "on", "off"):
            # libvirt reads no further, and says nothing
            self.drop("stp", "delay", "members")
        return ()


def _number(path: str, text: str, *, needed: bool = False) -> Int:
    word = "missing or invalid" if needed else "invalid"
    complaint = (XmlError, f"bond interface {text} {word}")
    return Int(path, INT_MIN, INT_MAX, blank=not needed, wrong=complaint)


class Bond(Element, tag="bond"):
    """<bond>: what makes the interface a bond; it is watched in one way or the other."""

    mode = Choice("@mode", BOND_MODES, none="", wrong=(XmlError, "unknown bonding mode {}"))
    mii = Present("miimon")
    mii_frequency = _number("miimon/@freq", "miimon freq", needed=True)
    mii_down_delay = _number("miimon/@downdelay", "miimon downdelay")
    mii_up_delay = _number("miimon/@updelay", "miimon updelay")
    mii_carrier = Choice(
        "miimon/@carrier",
        ("ioctl", "netif"),
        none="",
        wrong=(XmlError, "unknown mii bonding carrier {}"),
    )
    arp = Present("arpmon")
    arp_interval = _number("arpmon/@interval", "arpmon interval", needed=True)
    arp_target = Given("arpmon/@target")
    arp_validate = Choice(
        "arpmon/@validate",
        ("active", "backup", "all"),
        none="",
        wrong=(XmlError, "unknown arp bonding validate {}"),
    )
    members: Children[BondMember] = Children(
        "vsh.xml.host.interface:BondMember", "interface", after="mode"
    )

    open = (".",)

    def parsed(self, reading: Reading) -> Found:
        bad = {problem.rank for problem in reading.problems}
        if self.mii:
            self.drop("arp_interval", "arp_target", "arp_validate")
            self.arp = False
            if self.mii_frequency is None and self.fields["mii_frequency"].rank not in bad:
                yield ("mii_frequency", XmlError("bond interface miimon freq missing or invalid"))
            for name in ("mii_down_delay", "mii_up_delay"):
                if (getattr(self, name) or 0) <= 0:
                    setattr(self, name, None)
        elif self.arp:
            if self.arp_interval is None and self.fields["arp_interval"].rank not in bad:
                yield (
                    "arp_interval",
                    XmlError("bond interface arpmon interval missing or invalid"),
                )
            if self.arp_target is None:
                yield "arp_target", XmlError("bond interface arpmon target missing")


class VlanOf(Element, tag="vlan"):
    """<vlan>: what makes the interface a VLAN of another."""

    tag_number = Given(
        "@tag", required=(XmlError, "vlan interface misses the tag attribute"), shape=shapes.NUMBER
    )
    parent = Given("interface/@name", shape=shapes.DEVICE)

    def parsed(self, reading: Reading) -> Iterable[Error]:
        if self.parent is None:
            yield XmlError("vlan interface misses name attribute")


class HostInterface(Element, tag="interface"):
    """One interface."""

    type = Choice[str]("@type", TYPES, required=True)
    name = Text[str]("@name", required=(XmlError, "interface has no name"), shape=shapes.DEVICE)
    start = Choice(
        "start/@mode",
        ("onboot", "hotplug", "none"),
        none="",
        wrong=(XmlError, "unknown interface startmode {}"),
        needed=True,
    )
    mtu = Int(
        "mtu/@size",
        blank=True,
        skip=0,
        wrong=(Unexplained, "the 'size' attribute of element 'mtu' is not a number: '{}'"),
    )
    protocols = Children(Protocol, "protocol")
    link_speed = Int("link/@speed", skip=0)
    link_state = Choice("link/@state", LINK_STATES, none="")
    mac = Given("mac/@address", shape=shapes.MAC)
    bridge = Child(Bridge, "bridge")
    bond = Child(Bond, "bond")
    vlan = Child(VlanOf, "vlan")

    open = (".",)
    members: tuple[str, ...] | None = None  # the types that a member may have

    def parsed(self, reading: Reading) -> Found:
        kind = self.type
        if kind is None:
            return
        if self.members is not None:
            if kind not in self.members:
                yield "type", XmlError(f"interface has unsupported type '{kind}'")
                return
            self.drop("start", "mtu", "protocols")
        if (self.mtu or 0) > _LARGEST_MTU:
            yield (
                "mtu",
                XmlError(
                    f"value of the 'size' attribute of 'mtu' element must be at most {_LARGEST_MTU}"
                ),
            )
        if kind == "bridge":
            self.drop("link_speed", "link_state")
        if kind != "ethernet":
            self.mac = None
        for name in ("bridge", "bond", "vlan"):
            if name != kind:
                self.drop(name)
            elif getattr(self, name) is None:
                yield name, XmlError(f"{name} interface misses the {name} element")


class BridgeMember(HostInterface):
    """An interface that is part of a bridge."""

    members = ("ethernet", "bond", "vlan")


class BondMember(HostInterface):
    """An interface that is part of a bond."""

    members = ("ethernet",)
