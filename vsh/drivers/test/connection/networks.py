"""Which networks and host interfaces there are, finding and making them."""

from __future__ import annotations

from vsh.api.connection import networks
from vsh.api.interface import Interface
from vsh.api.network import Network
from vsh.drivers.state.filters import picked
from vsh.drivers.state.networks import NetworkListing
from vsh.drivers.test import things
from vsh.drivers.test.part import TestPart
from vsh.errors import MultipleInterfaces, NoInterface, OperationInvalid
from vsh.words.connection import ListAllInterfaces
from vsh.words.event import NetworkEventLifecycleType
from vsh.words.network import NetworkDefine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.drivers.state.networks import Networks as Kept
    from vsh.xml import network

INTERFACE_FILTERS = (
    (
        (ListAllInterfaces.INACTIVE, lambda interface: not interface.active),
        (ListAllInterfaces.ACTIVE, lambda interface: interface.active),
    ),
)


class Networks(TestPart, NetworkListing, answers=networks):
    """Listing, finding, defining."""

    lister = "test"

    def list_all_interfaces(self, connection: Connection, flags: int = 0) -> list[Interface]:
        self.accept(flags, 3, "testConnectListAllInterfaces")
        return [
            Interface(connection, interface.name, interface.mac)
            for interface in picked(self.hypervisor.interfaces.all(), flags, INTERFACE_FILTERS)
        ]

    def num_of_interfaces(self, connection: Connection) -> int:
        return len(self.list_interfaces(connection))

    def list_interfaces(self, connection: Connection) -> list[str]:
        return [one.name for one in self.hypervisor.interfaces.all() if one.active]

    def num_of_defined_interfaces(self, connection: Connection) -> int:
        return len(self.list_defined_interfaces(connection))

    def list_defined_interfaces(self, connection: Connection) -> list[str]:
        return [one.name for one in self.hypervisor.interfaces.all() if not one.active]

    def interface_lookup_by_name(self, connection: Connection, name: str) -> Interface:
        found = self.hypervisor.interfaces.named(name)
        if found is None:
            raise NoInterface.whole(
                f"Interface not found: no interface with matching name '{name}'"
            )
        return Interface(connection, found.name, found.mac)

    def interface_lookup_by_mac_string(self, connection: Connection, mac: str) -> Interface:
        found = [one for one in self.hypervisor.interfaces.all() if one.mac.lower() == mac.lower()]
        if not found:
            raise NoInterface.whole(f"Interface not found: no interface with matching mac '{mac}'")
        if len(found) > 1:
            raise MultipleInterfaces.whole("multiple matching interfaces found")
        return Interface(connection, found[0].name, mac)

    def interface_define_xml(self, connection: Connection, xml: str, flags: int = 0) -> Interface:
        from vsh.xml.host import interface

        self.accept(flags, NetworkDefine.VALIDATE, "testInterfaceDefineXML")
        if flags & NetworkDefine.VALIDATE:
            from vsh.xml.schema import check

            error = check(xml, "interface", interface.HostInterface)
            if error is not None:
                raise error
        definition = things.HostInterface.read(xml)
        with self.hypervisor.interfaces.taking(
            definition.name, "", lambda: things.HostInterface(definition.name, "", definition)
        ) as (found, new):
            if new:
                found.active = False
            else:
                found.definition = definition
            return Interface(connection, found.name, found.mac)

    def interface_change_begin(self, connection: Connection, flags: int = 0) -> None:
        self.accept(flags, 0, "testInterfaceChangeBegin")
        self.hypervisor.interfaces.begin()

    def interface_change_commit(self, connection: Connection, flags: int = 0) -> None:
        self.accept(flags, 0, "testInterfaceChangeCommit")
        self.hypervisor.interfaces.commit()

    def interface_change_rollback(self, connection: Connection, flags: int = 0) -> None:
        self.accept(flags, 0, "testInterfaceChangeRollback")
        self.hypervisor.interfaces.roll_back()

    def _networks(self) -> Kept:
        return self.hypervisor.networks

    def network_define_xml(self, connection: Connection, xml: str) -> Network:
        return self.network_define_xml_flags(connection, xml)

    def network_define_xml_flags(self, connection: Connection, xml: str, flags: int = 0) -> Network:
        self.accept(flags, NetworkDefine.VALIDATE, "testNetworkDefineXMLFlags")
        definition = _read(xml, validate=bool(flags & NetworkDefine.VALIDATE))
        with self.hypervisor.networks.defining(definition) as (found, new):
            if new:
                found.active = False
            elif found.active or not found.persistent:
                found.planned = definition
            else:
                found.definition, found.planned = definition, None
            found.persistent = True
            return self._told(connection, found, NetworkEventLifecycleType.DEFINED)

    def network_create_xml(self, connection: Connection, xml: str) -> Network:
        return self.network_create_xml_flags(connection, xml)

    def network_create_xml_flags(self, connection: Connection, xml: str, flags: int = 0) -> Network:
        self.accept(flags, NetworkDefine.VALIDATE, "testNetworkCreateXMLFlags")
        definition = _read(xml, validate=bool(flags & NetworkDefine.VALIDATE))
        with self.hypervisor.networks.defining(definition) as (found, new):
            if new:
                found.persistent = False
            elif found.active:
                raise OperationInvalid(f"network is already active as '{found.name}'")
            else:
                if found.persistent and found.planned is None:
                    found.planned = found.definition
                found.definition = definition
            found.active = True
            return self._told(connection, found, NetworkEventLifecycleType.STARTED)

    def _told(self, connection: Connection, network: things.Network, event: int) -> Network:
        """The handle of a network of which everybody is told that it was defined or started."""
        from vsh.words.event_id import NetworkEventID

        known = (network.name, network.uuid)
        self.tell(
            "network",
            NetworkEventID.LIFECYCLE,
            network.uuid,
            lambda asker: Network(asker, *known),
            event,
            0,
        )
        return Network(connection, *known)


def _read(xml: str, *, validate: bool) -> network.Network:
    from vsh.xml import network
    from vsh.xml.engine.reader import read

    if validate:
        from vsh.xml.schema import check

        error = check(xml, "network", network.Network)
        if error is not None:
            raise error
    definition = read(xml, network.Network)
    definition.drop("dnsmasq_options", "namespace")  # the driver that runs networks has those
    return definition
