"""Which virtual networks this machine has, finding and making them."""

from __future__ import annotations

from vsh.api.network import Network
from vsh.drivers.host.network import start, tell
from vsh.drivers.state.networks import NetworkListing
from vsh.errors import OperationInvalid
from vsh.words.event import NetworkEventLifecycleType
from vsh.words.event_id import NetworkEventID
from vsh.words.network import NetworkCreate, NetworkDefine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.drivers.host import HostDriver
    from vsh.drivers.host.network.host import NetworkHost
    from vsh.drivers.host.network.networks import Network as Kept
    from vsh.drivers.state.networks import Networks
    from vsh.xml.network import Network as Definition


class VirtualNetworks(NetworkListing):
    """Listing, finding, defining networks: a part of the answers about networks."""

    prefix = lister = "network"
    driver: HostDriver

    @property
    def _host(self) -> NetworkHost:
        """The networks, whose firewall has been looked at."""
        found = self.driver.hypervisor.network_host
        found.look()
        return found

    def _networks(self) -> Networks:
        return self._host.networks

    def network_define_xml(self, connection: Connection, xml: str) -> Network:
        return self.network_define_xml_flags(connection, xml)

    def network_define_xml_flags(self, connection: Connection, xml: str, flags: int = 0) -> Network:
        self.accept(flags, NetworkDefine.VALIDATE, "networkDefineXMLFlags")
        definition = _read(xml, validate=bool(flags & NetworkDefine.VALIDATE))
        host = self._host
        with host.networks.making:
            _check(host, definition)
            with host.networks.defining(definition) as (found, new):
                if not new and found.active:
                    found.planned = definition
                elif not new:
                    found.definition, found.planned = definition, None
                found.persistent = True
                return self._told(connection, found, NetworkEventLifecycleType.DEFINED)

    def network_create_xml(self, connection: Connection, xml: str) -> Network:
        return self.network_create_xml_flags(connection, xml)

    def network_create_xml_flags(self, connection: Connection, xml: str, flags: int = 0) -> Network:
        self.accept(flags, NetworkCreate.VALIDATE, "networkCreateXMLFlags")
        definition = _read(xml, validate=bool(flags & NetworkCreate.VALIDATE))
        host = self._host
        with host.networks.making:
            _check(host, definition)
            with host.networks.defining(definition) as (found, new):
                if not new and found.active:
                    raise OperationInvalid(f"network is already active as '{found.name}'")
                before = found.definition
                try:
                    _start(host, found, definition)
                except BaseException:
                    found.definition = before
                    if new:
                        host.networks.remove(found)
                    raise
                return self._told(connection, found, NetworkEventLifecycleType.STARTED)

    def _told(self, connection: Connection, network: Kept, event: int) -> Network:
        tell(self._host.bus, network, NetworkEventID.LIFECYCLE, int(event), 0)
        return Network(connection, network.name, network.uuid)


def _start(host: NetworkHost, network: Kept, definition: Definition) -> None:
    """Start a network from another definition than its own, which stays planned."""
    planned = network.definition if network.persistent else None
    network.definition = definition
    start(host, network)
    if planned is not None:
        network.planned = planned


def _check(host: NetworkHost, definition: Definition) -> None:
    from vsh.drivers.host.network.checks import check

    check(definition, host.networks.all(), host.sysfs)


def _read(xml: str, *, validate: bool) -> Definition:
    from vsh.drivers.host.network.networks import parsed

    if validate:
        from vsh.xml.network import Network as Document
        from vsh.xml.schema import check

        error = check(xml, "network", Document)
        if error is not None:
            raise error
    return parsed(xml)
