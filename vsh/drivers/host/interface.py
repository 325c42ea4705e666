"""An interface of this machine: as the kernel has it, and as it was defined here.

What changes one is done by the tool that keeps this machine's interfaces (``interface_tools``);
where there is none it is not supported, as it is not by a libvirtd without netcf.
"""

from __future__ import annotations

from vsh.api import interface as api
from vsh.drivers.host.netlink import (
    BOND_ARP,
    BOND_CARRIER,
    BOND_DOWN_DELAY,
    BOND_MII,
    BOND_MODE,
    BOND_TARGETS,
    BOND_UP_DELAY,
    BOND_VALIDATE,
    BRIDGE_DELAY,
    BRIDGE_STP,
    VLAN_ID,
    Link,
    Netlink,
    exists,
    speed,
    targets,
)
from vsh.drivers.part import Part
from vsh.errors import NoInterface, NoSupport, OperationInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from vsh.drivers.host import HostDriver
    from vsh.drivers.host.interface_tools import Tool
    from vsh.drivers.host.interface_tools.definitions import InterfaceDefinitions
    from vsh.xml.host.interface import Bond, HostInterface

    Made = TypeVar("Made", bound=HostInterface)

_KINDS = ("bridge", "bond", "vlan")
_CARRIERS = ("ioctl", "netif")
_VALIDATIONS = (None, "active", "backup", "all")


class Interface(Part, answers=api):
    """Answers about an interface."""

    prefix = "udevInterface"
    driver: HostDriver

    @property
    def _definitions(self) -> InterfaceDefinitions:
        return self.driver.hypervisor.interfaces

    def is_active(self, interface: api.Interface) -> int:
        if not exists(interface.name) and self._definitions.named(interface.name) is not None:
            return 0
        return int(is_active(one(interface.name)[0]))

    def get_xml_desc(self, interface: api.Interface, flags: int = 0) -> str:
        self.accept(flags, 1, "udevInterfaceGetXMLDesc")
        defined = self._definitions.named(interface.name)
        if defined is not None and (flags or not exists(interface.name)):
            return defined.format()
        return document(*one(interface.name)).format()

    def create(self, interface: api.Interface, flags: int = 0) -> None:
        tool = needed(self._definitions, "virInterfaceCreate")
        self.accept(flags, 0, "interfaceCreate")
        self._check_active(interface.name, wanted=False)
        tool.up(interface.name)

    def destroy(self, interface: api.Interface, flags: int = 0) -> None:
        tool = needed(self._definitions, "virInterfaceDestroy")
        self.accept(flags, 0, "interfaceDestroy")
        self._check_active(interface.name, wanted=True)
        tool.down(interface.name)

    def undefine(self, interface: api.Interface) -> None:
        tool = needed(self._definitions, "virInterfaceUndefine")
        self._definitions.undefine(tool, interface.name)

    def _check_active(self, name: str, *, wanted: bool) -> None:
        """Whether an interface of ours is up, as it has to be."""
        if self._definitions.named(name) is None:
            one(name)
            raise OperationInvalid(f"interface '{name}' was not defined here, and is left alone")
        if is_up(name) is not wanted:
            raise OperationInvalid(f"interface '{name}' is {'not' if wanted else 'already'} active")


def needed(definitions: InterfaceDefinitions, api_name: str) -> Tool:
    """The tool of this machine, which has done what was cut off.  Raises NoSupport."""
    tool = definitions.tool
    if tool is None:
        raise NoSupport(api_name)
    definitions.finish(tool)
    return tool


def is_up(name: str) -> bool:
    """Whether a link is there and was brought up, with a cable or without."""
    with Netlink() as netlink:
        link = netlink.link(name)
    return link is not None and link.up


def links() -> list[Link]:
    """All links of this machine, by name."""
    with Netlink() as netlink:
        return sorted(netlink.links(), key=lambda link: link.name)


def one(name: str) -> tuple[Link, list[Link]]:
    """The link of that name, and all there are.  Raises NoInterface."""
    found = links()
    for link in found:
        if link.name == name:
            return link, found
    raise NoInterface(f"couldn't find interface named '{name}'")


def is_active(link: Link) -> bool:
    """Whether packets go through it."""
    return link.state == "up"


def document(link: Link, others: list[Link]) -> HostInterface:
    """What a link is.

    others  all links there are: some may be parts of it, or below it
    """
    from vsh.xml.host import interface as documents

    made = _described(documents.HostInterface(), link)
    made.mtu = link.mtu
    parts = [each for each in others if each.master == link.index]
    if made.type == "bridge":
        made.bridge = documents.Bridge(
            stp="on" if link.fact(BRIDGE_STP) else "off",
            delay=str(link.fact(BRIDGE_DELAY)),
            members=[_described(documents.BridgeMember(), each) for each in parts],
        )
    elif made.type == "bond":
        made.bond = _bond(link)
        made.bond.members = [_described(documents.BondMember(), each) for each in parts]
    elif made.type == "vlan":
        below = [each.name for each in others if each.index == link.lower]
        made.vlan = documents.VlanOf(
            tag_number=str(link.fact(VLAN_ID)), parent=below[0] if below else None
        )
    return made


def _described(made: Made, link: Link) -> Made:
    """A document with what all links have."""
    made.type = link.kind if link.kind in _KINDS else "ethernet"
    made.name = link.name
    if made.type == "ethernet":
        made.mac = link.mac
    if made.type != "bridge":
        made.link_state = link.state
        made.link_speed = speed(link.name) if is_active(link) else 0
    return made


def _bond(link: Link) -> Bond:
    """How a bond is watched: by its links' own state, or by asking others (ARP)."""
    from vsh.xml.host import interface as documents

    mode = link.fact(BOND_MODE)
    bond = documents.Bond(
        mode=documents.BOND_MODES[mode] if mode < len(documents.BOND_MODES) else None
    )
    if link.fact(BOND_MII):
        bond.mii, bond.mii_frequency = True, link.fact(BOND_MII)
        bond.mii_up_delay = link.fact(BOND_UP_DELAY) or None
        bond.mii_down_delay = link.fact(BOND_DOWN_DELAY) or None
        bond.mii_carrier = _CARRIERS[link.fact(BOND_CARRIER) & 1]
    elif link.fact(BOND_ARP):
        bond.arp, bond.arp_interval = True, link.fact(BOND_ARP)
        asked = targets(link.facts.get(BOND_TARGETS, b""))
        bond.arp_target = asked[0] if asked else None
        validate = link.fact(BOND_VALIDATE)
        bond.arp_validate = _VALIDATIONS[validate] if validate < len(_VALIDATIONS) else None
    return bond
