"""Virtual networks: which there are, finding them, and what they are."""

from __future__ import annotations

from vsh.api.domain.records import IpAddress
from vsh.api.network import Network
from vsh.drivers._base import bare
from vsh.drivers.test._part import Part
from vsh.drivers.test.things import picked
from vsh.errors import InternalError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.drivers.test import things
    from vsh.drivers.test.world import World

# virConnectListAllNetworksFlags
FILTERS = (
    ((1, lambda network: not network.active), (2, lambda network: network.active)),
    ((4, lambda network: network.persistent), (8, lambda network: not network.persistent)),
    ((16, lambda network: network.autostart), (32, lambda network: not network.autostart)),
)


class Networks(Part):
    """Networks."""

    def connect_list_all_networks(self, connection: Any, flags: int = 0) -> list[Network]:
        self.accept(flags, 0x3F, "testConnectListAllNetworks")
        return [
            Network(connection, network.name, network.uuid)
            for network in picked(self.world.networks.values(), flags, FILTERS)
        ]

    def connect_num_of_networks(self, connection: Any) -> int:
        return len(self.connect_list_networks(connection))

    def connect_list_networks(self, connection: Any) -> list[str]:
        return [network.name for network in self.world.networks.values() if network.active]

    def connect_num_of_defined_networks(self, connection: Any) -> int:
        return len(self.connect_list_defined_networks(connection))

    def connect_list_defined_networks(self, connection: Any) -> list[str]:
        return [network.name for network in self.world.networks.values() if not network.active]

    def network_lookup_by_name(self, connection: Any, name: str) -> Network:
        network = self._network(name)
        return Network(connection, network.name, network.uuid)

    def network_lookup_by_uuid(self, connection: Any, uuid: str) -> Network:
        for network in self.world.networks.values():
            if network.uuid == uuid:
                return Network(connection, network.name, network.uuid)
        raise bare(43, f"Network not found: no network with matching uuid '{uuid}'")

    def network_is_active(self, network: Any) -> int:
        return int(self._network(network.name).active)

    def network_is_persistent(self, network: Any) -> int:
        return int(self._network(network.name).persistent)

    def network_get_autostart(self, network: Any) -> int:
        return int(self._network(network.name).autostart)

    def network_set_autostart(self, network: Any, autostart: int) -> None:
        self._network(network.name).autostart = bool(autostart)

    def network_get_bridge_name(self, network: Any) -> str:
        found = self._network(network.name)
        if found.bridge is None:
            raise InternalError(f"network '{found.name}' does not have a bridge name.")
        return found.bridge

    def network_get_xml_desc(self, network: Any, flags: int = 0) -> str:
        self.accept(flags, 0, "testNetworkGetXMLDesc")
        return self._network(network.name).text

    def _network(self, name: str) -> things.Network:
        return network_named(self.world, name)


def address_in(network: things.Network, offset: int) -> IpAddress:
    """The address in a network that lies so far from its first."""
    if ":" in network.first:
        from ipaddress import ip_address

        return IpAddress(1, str(ip_address(network.first) + offset), network.prefix)
    number = 0
    for part in network.first.split("."):
        number = number * 256 + int(part)
    number += offset
    shown = ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
    return IpAddress(0, shown, network.prefix)


def network_named(world: World, name: str) -> things.Network:
    """The network of that name.  Raises NoNetwork."""
    network = world.networks.get(name)
    if network is None:
        raise bare(43, f"Network not found: no network with matching name '{name}'")
    return network
