"""The virtual networks of this machine: what one is, starting and stopping it, changing it."""

from __future__ import annotations

from vsh.api import network as api
from vsh.api.network_port import NetworkPort
from vsh.drivers.host.network import device_pool, network_hooks
from vsh.drivers.part import Part
from vsh.drivers.state.attempts import Attempt
from vsh.drivers.state.networks import BOTH, impact, updated
from vsh.errors import (
    InternalError,
    NetworkPortExists,
    NoNetworkMetadata,
    NoNetworkPort,
    OperationInvalid,
)
from vsh.words.event import NetworkEventLifecycleType
from vsh.words.event_id import NetworkEventID
from vsh.words.network import NetworkUpdate, NetworkUpdateSection, NetworkXML
from vsh.words.network_port import NetworkPortCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host import HostDriver
    from vsh.drivers.host.network.host import NetworkHost
    from vsh.drivers.host.network.networks import Network as Kept
    from vsh.drivers.state.bus import Bus
    from vsh.xml.network import Network as Definition

_SECTIONS = NetworkUpdateSection
_FILTERING = (
    _SECTIONS.FORWARD, _SECTIONS.FORWARD_INTERFACE, _SECTIONS.IP, _SECTIONS.IP_DHCP_RANGE,
    _SECTIONS.IP_DHCP_HOST,
)  # fmt: skip
_CONFIGURING = (
    _SECTIONS.BRIDGE, _SECTIONS.DOMAIN, _SECTIONS.IP, _SECTIONS.IP_DHCP_RANGE, _SECTIONS.DNS_TXT,
    _SECTIONS.DNS_SRV,
)  # fmt: skip
_READ_AGAIN = (_SECTIONS.IP_DHCP_HOST, _SECTIONS.DNS_HOST)


class Network(Part, answers=api):
    """Answers about a network."""

    prefix = "network"
    driver: HostDriver

    @property
    def _host(self) -> NetworkHost:
        return self.driver.hypervisor.network_host

    # a daemon answers these in its loop: they wait for nobody who holds the network

    def is_active(self, network: api.Network) -> int:
        return int(self._host.networks.find(network).active)

    def is_persistent(self, network: api.Network) -> int:
        return int(self._host.networks.find(network).persistent)

    def get_autostart(self, network: api.Network) -> int:
        return int(self._host.networks.find(network).autostart)

    def set_autostart(self, network: api.Network, autostart: int) -> None:
        with self._host.networks.modify(network) as found:
            if not found.persistent:
                raise OperationInvalid("cannot set autostart for transient network")
            found.autostart = bool(autostart)

    def get_bridge_name(self, network: api.Network) -> str:
        with self._host.networks.query(network) as found:
            if found.definition.bridge is None:
                raise InternalError(f"network '{found.name}' does not have a bridge name.")
            return str(found.definition.bridge)

    def get_xml_desc(self, network: api.Network, flags: int = 0) -> str:
        self.accept(flags, NetworkXML.INACTIVE, "networkGetXMLDesc")
        with self._host.networks.query(network) as found:
            if flags & NetworkXML.INACTIVE:
                return (found.planned or found.definition).format()
            return _shown(found, self._host.sysfs).format()

    # ---- life

    def create(self, network: api.Network) -> None:
        with self._host.networks.modify(network) as found:
            start(self._host, found)
            self._turned(found, NetworkEventLifecycleType.STARTED)

    def destroy(self, network: api.Network) -> None:
        from vsh.drivers.host.network import daemon, life

        host = self._host
        with host.networks.modify(network, active=True) as found:
            definition = found.definition
            life.stop(host, found)
            network_hooks.told(found, "stopped", "end")
            life.ended(found)
            self._turned(found, NetworkEventLifecycleType.STOPPED)
            if not found.persistent:
                host.networks.remove(found, ended=True)
                daemon.forget(host.root, definition)

    def undefine(self, network: api.Network) -> None:
        from vsh.drivers.host.network import daemon

        host = self._host
        with host.networks.modify(network) as found:
            if not found.persistent:
                raise OperationInvalid("can't undefine transient network")
            found.persistent = found.autostart = False
            found.planned = None
            self._turned(found, NetworkEventLifecycleType.UNDEFINED)
            if not found.active:
                host.networks.remove(found)
                daemon.forget(host.root, found.definition)

    # ---- changing

    def update(
        self, network: api.Network, command: int, section: int, index: int, xml: str, flags: int = 0
    ) -> None:
        self.accept(flags, BOTH, "networkUpdate")
        with self._host.networks.modify(network) as found:
            flags = impact(found, flags)
            live = planned = None
            if flags & NetworkUpdate.AFFECT_LIVE:
                live = updated(_shown(found, self._host.sysfs), command, section, index, xml)
            if flags & NetworkUpdate.AFFECT_CONFIG:
                definition = found.planned or found.definition
                planned = updated(definition, command, section, index, xml)
            if live is not None and live.own_bridge:
                self._make_so(found, live, section)
            if planned is not None and found.active:
                found.planned = planned
            elif planned is not None:
                found.definition = planned
            if live is not None:
                if found.persistent and found.planned is None:
                    found.planned = found.definition
                found.definition = live
        network_hooks.call(found, "updated")

    def _make_so(self, network: Kept, live: Definition, section: int) -> None:
        """Have the host do what a running network will be; what fails is as it was.

        A crash meanwhile is finished by the next opener, as it was.
        """
        from vsh.drivers.host.network import daemon, life, networks

        host, before = self._host, network.definition
        network.step = networks.UPDATING
        host.networks.keep(network)
        try:
            network.definition = live
            if section in _FILTERING:
                host.replace_rules(network, before)
            if section in _CONFIGURING or (
                section in _READ_AGAIN and _serves(before) != _serves(live)
            ):
                daemon.restart(host.root, network)
            elif section in _READ_AGAIN:
                daemon.refresh(host.root, network)
        except BaseException:
            network.definition = before
            life.finish(host, network)
            raise
        network.definition, network.step = before, None

    def get_metadata(
        self, network: api.Network, kind: int, uri: str | None = None, flags: int = 0
    ) -> str:
        from vsh.drivers.state import metadata
        from vsh.errors import NoDomainMetadata

        self.accept(flags, BOTH, "networkGetMetadata")
        with self._host.networks.query(network) as found:
            flags = impact(found, flags)
            planned = found.planned if flags & NetworkUpdate.AFFECT_CONFIG else None
            try:
                return metadata.get(planned or found.definition, kind, uri)
            except NoDomainMetadata as error:
                raise NoNetworkMetadata.whole(error.message) from None

    def set_metadata(
        self,
        network: api.Network,
        kind: int,
        text: str | None,
        key: str | None = None,
        uri: str | None = None,
        flags: int = 0,
    ) -> None:
        from vsh.drivers.state import metadata

        self.accept(flags, BOTH, "networkSetMetadata")
        with self._host.networks.modify(network) as found:
            flags = impact(found, flags)
            changed = []
            if not found.active or flags & NetworkUpdate.AFFECT_LIVE:
                if found.persistent and found.active and found.planned is None:
                    found.planned = found.definition.copy()
                changed.append(found.definition)
            if found.active and flags & NetworkUpdate.AFFECT_CONFIG:
                found.planned = found.planned or found.definition.copy()
                changed.append(found.planned)
            for definition in changed:
                metadata.put(definition, kind, text, key, uri)
            tell(self._host.bus, found, NetworkEventID.METADATA_CHANGE, kind, uri)

    # ---- leases

    def get_dhcp_leases(
        self, network: api.Network, mac: str | None = None, flags: int = 0
    ) -> list[api.DhcpLease]:
        from vsh.drivers.host.network import leases

        self.accept(flags, 0, "networkGetDHCPLeases")
        with self._host.networks.query(network) as found:
            return leases.read(self._host.root, found.definition, mac)

    # ---- ports

    def list_all_ports(self, network: api.Network, flags: int = 0) -> list[NetworkPort]:
        self.accept(flags, 0, "networkListAllPorts")
        with self._host.networks.query(network, active=True) as found:
            return [NetworkPort(network.connection, network, uuid) for uuid in found.ports]

    def port_lookup_by_uuid(self, network: api.Network, uuid: str) -> NetworkPort:
        with self._host.networks.query(network) as found:
            check_port(found, uuid)
            return NetworkPort(network.connection, network, uuid)

    def port_create_xml(self, network: api.Network, xml: str, flags: int = 0) -> NetworkPort:
        from vsh.drivers.host.network import ports
        from vsh.xml.network import port as documents

        self.accept(
            flags, NetworkPortCreate.RECLAIM | NetworkPortCreate.VALIDATE, "networkPortCreateXML"
        )
        if flags & NetworkPortCreate.VALIDATE:
            from vsh.xml.schema import check

            error = check(xml, "networkport", documents.NetworkPort)
            if error is not None:
                raise error
        port = ports.read(xml)
        with self._host.networks.modify(network, active=True) as found:
            if str(port.uuid) in found.ports:
                raise NetworkPortExists(f"Network port with UUID {port.uuid} already exists")
            reclaim = bool(flags & NetworkPortCreate.RECLAIM)
            ports.create(self._host, found, port, reclaim=reclaim)
            return NetworkPort(network.connection, network, str(port.uuid))

    def _turned(self, network: Kept, event: int) -> None:
        tell(self._host.bus, network, NetworkEventID.LIFECYCLE, int(event), 0)


def start(host: NetworkHost, network: Kept) -> None:
    """Start a network that is held; it can be planned otherwise from then on.  Raises Error."""
    from vsh.drivers.host.network import life

    if network.active:
        raise OperationInvalid("network is already active")
    definition = network.definition
    if network.persistent:
        network.definition, network.planned = definition.copy(), definition
    network.ports = {}
    try:
        network_hooks.call(network, "start")
        life.start(host, network)
        with Attempt(lambda: life.stop(host, network)):
            network_hooks.call(network, "started")
    except BaseException:
        life.ended(network)
        raise


def tell(bus: Bus, network: Kept, number: int, *values: object) -> None:
    """Tell whoever listens that something happened to a network."""
    known = (network.name, network.uuid)
    bus.tell("network", number, network.uuid, lambda asker: api.Network(asker, *known), *values)


def _shown(network: Kept, sysfs: str) -> Definition:
    """The definition with the devices found for it, and how many guests are plugged in where."""
    forward = network.definition.forward
    if not network.ports and not (network.active and forward is not None and forward.functions):
        return network.definition
    definition = network.definition.copy()
    device_pool.shown(definition, sysfs)
    definition.connections = str(len(network.ports)) if network.ports else None
    devices = [port.plug.dev for port in network.ports.values() if port.plug is not None]
    for interface in definition.forward.interfaces if definition.forward is not None else ():
        count = devices.count(interface.dev)
        interface.connections = str(count) if count else None
    return definition


def check_port(network: Kept, uuid: str) -> None:
    """Whether an active network has that port.  Raises NoNetworkPort, OperationInvalid."""
    if uuid not in network.ports:
        raise NoNetworkPort(f"Network port with UUID {uuid} does not exist")
    if not network.active:
        raise OperationInvalid(f"network '{network.name}' is not active")


def _serves(definition: Definition) -> bool:
    """Whether guests get IPv4 addresses or files from the network."""
    from vsh.xml.shared.socket_address import IPV4, family

    return any(
        ip.ranges or ip.hosts or ip.tftp_root
        for ip in definition.ips
        if family(ip.address or "") == IPV4
    )
