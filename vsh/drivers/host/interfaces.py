"""Which interfaces this machine has, and finding them."""

from __future__ import annotations

from vsh.api.interface import Interface
from vsh.drivers.host.interface import is_active, links, one
from vsh.drivers.part import Part
from vsh.errors import MultipleInterfaces, NoInterface

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.drivers.host.netlink import Link

_INACTIVE, _ACTIVE = 1, 2  # virConnectListAllInterfacesFlags


class HostInterfaces(Part):
    """Listing and finding interfaces: a part of the answers about networks."""

    def list_all_interfaces(self, connection: Connection, flags: int = 0) -> list[Interface]:
        self.accept(flags, _INACTIVE | _ACTIVE, "udevConnectListAllInterfaces")
        return [
            Interface(connection, link.name, link.mac)
            for link in _shown()
            if not flags or flags & (_ACTIVE if is_active(link) else _INACTIVE)
        ]

    def num_of_interfaces(self, connection: Connection) -> int:
        return len(self.list_interfaces(connection))

    def list_interfaces(self, connection: Connection) -> list[str]:
        return [link.name for link in _shown() if is_active(link)]

    def num_of_defined_interfaces(self, connection: Connection) -> int:
        return len(self.list_defined_interfaces(connection))

    def list_defined_interfaces(self, connection: Connection) -> list[str]:
        return [link.name for link in _shown() if link.state == "down"]

    def interface_lookup_by_name(self, connection: Connection, name: str) -> Interface:
        link = one(name)[0]
        return Interface(connection, link.name, link.mac)

    def interface_lookup_by_mac_string(self, connection: Connection, mac: str) -> Interface:
        found = [link for link in _shown() if link.mac == mac.lower()]
        if not found:
            raise NoInterface(f"couldn't find interface with MAC address '{mac}'")
        if len(found) > 1:
            raise MultipleInterfaces(f"the MAC address '{mac}' matches multiple interfaces")
        return Interface(connection, found[0].name, found[0].mac)


def _shown() -> list[Link]:
    """Links that a listing has: no ports of bridges, and no taps, which are guests' ends."""
    found = links()
    bridges = {link.index for link in found if link.kind == "bridge"}
    return [link for link in found if link.master not in bridges and link.kind != "tun"]
