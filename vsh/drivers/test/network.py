"""Virtual networks: which there are, finding them, what they are, and changing them."""

from __future__ import annotations

from vsh.api.domain.records import IpAddress
from vsh.api.network import Network
from vsh.drivers._base import bare
from vsh.drivers.test import things
from vsh.drivers.test._part import Part
from vsh.drivers.test.things import picked
from vsh.errors import InternalError, OperationFailed, OperationInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.drivers.test.world import World

# virConnectListAllNetworksFlags
FILTERS = (
    ((1, lambda network: not network.active), (2, lambda network: network.active)),
    ((4, lambda network: network.persistent), (8, lambda network: not network.persistent)),
    ((16, lambda network: network.autostart), (32, lambda network: not network.autostart)),
)

# virNetworkEventLifecycleType, and the numbers of the events
DEFINED, UNDEFINED, STARTED, STOPPED = 0, 1, 2, 3
_LIFECYCLE, _METADATA_CHANGE = 0, 1

# virNetworkUpdateFlags
_LIVE, _CONFIG = 1, 2
_VALIDATE = 1


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
        found = self._by_uuid(uuid)
        return Network(connection, found.name, found.uuid)

    def network_is_active(self, network: Any) -> int:
        return int(self._by_uuid(network.uuid).active)

    def network_is_persistent(self, network: Any) -> int:
        return int(self._by_uuid(network.uuid).persistent)

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

    # ---- life

    def network_define_xml(self, connection: Any, xml: str) -> Network:
        return self.network_define_xml_flags(connection, xml)

    def network_define_xml_flags(self, connection: Any, xml: str, flags: int = 0) -> Network:
        self.accept(flags, _VALIDATE, "testNetworkDefineXMLFlags")
        definition = _read(xml, validate=bool(flags & _VALIDATE))
        with self.world.lock:
            found = self._network_taken(definition)
            if found is None:
                found = self._add_network(definition)
                found.active = False
            elif found.active or not found.persistent:
                found.planned = definition
            else:
                found.definition, found.planned = definition, None
            found.persistent = True
        self._network_event(found, DEFINED)
        return Network(connection, found.name, found.uuid)

    def network_create_xml(self, connection: Any, xml: str) -> Network:
        return self.network_create_xml_flags(connection, xml)

    def network_create_xml_flags(self, connection: Any, xml: str, flags: int = 0) -> Network:
        self.accept(flags, _VALIDATE, "testNetworkCreateXMLFlags")
        definition = _read(xml, validate=bool(flags & _VALIDATE))
        with self.world.lock:
            found = self._network_taken(definition)
            if found is None:
                found = self._add_network(definition)
                found.persistent = False
            elif found.active:
                raise OperationInvalid(f"network is already active as '{found.name}'")
            else:
                if found.persistent and found.planned is None:
                    found.planned = found.definition
                found.definition = definition
            found.active = True
        self._network_event(found, STARTED)
        return Network(connection, found.name, found.uuid)

    def network_create(self, network: Any) -> None:
        found = self._network(network.name)
        if found.active:
            raise OperationInvalid(f"Network '{found.name}' is already running")
        found.active = True
        self._network_event(found, STARTED)

    def network_destroy(self, network: Any) -> None:
        found = self._network(network.name)
        found.active = False
        if not found.persistent:
            del self.world.networks[found.name]
        self._network_event(found, STOPPED)

    def network_undefine(self, network: Any) -> None:
        found = self._network(network.name)
        if found.active:
            raise OperationInvalid(f"Network '{found.name}' is still running")
        del self.world.networks[found.name]
        self._network_event(found, UNDEFINED)

    # ---- changes

    def network_update(
        self, network: Any, command: int, section: int, index: int, xml: str, flags: int = 0
    ) -> None:
        from vsh.xml.network.update import update

        self.accept(flags, _LIVE | _CONFIG, "testNetworkUpdate")
        with self.world.lock:
            found = self._by_uuid(network.uuid)
            flags = _impact(found, flags)
            live = planned = None
            if flags & _LIVE:
                live = _updated(found.definition, update, command, section, index, xml)
            if flags & _CONFIG:
                definition = found.planned or found.definition
                planned = _updated(definition, update, command, section, index, xml)
            if planned is not None and found.active:
                found.planned = planned
            elif planned is not None:
                found.definition = planned
            if live is not None:
                found.definition = live

    def network_get_metadata(
        self, network: Any, kind: int, uri: str | None = None, flags: int = 0
    ) -> str:
        from vsh.drivers import _metadata
        from vsh.errors import NoDomainMetadata, from_wire

        self.accept(flags, _LIVE | _CONFIG, "testNetworkGetMetadata")
        found = self._by_uuid(network.uuid)
        if flags & 3 == 3:
            raise bare(
                8,
                "Flags 'VIR_NETWORK_UPDATE_AFFECT_LIVE' and 'VIR_NETWORK_UPDATE_AFFECT_CONFIG' "
                "are mutually exclusive",
            )
        flags = _impact(found, flags)
        planned = found.planned if found.active and flags & _CONFIG else None
        try:
            return _metadata.get(planned or found.definition, kind, uri)
        except NoDomainMetadata as error:
            raise from_wire(111, 0, error.message) from None

    def network_set_metadata(
        self,
        network: Any,
        kind: int,
        text: str | None,
        key: str | None = None,
        uri: str | None = None,
        flags: int = 0,
    ) -> None:
        from vsh.drivers import _metadata

        self.accept(flags, _LIVE | _CONFIG, "testNetworkSetMetadata")
        found = self._by_uuid(network.uuid)
        flags = _impact(found, flags)
        changed = []
        if not found.active or flags & _LIVE:
            changed.append(found.definition)
        if found.active and flags & _CONFIG:
            found.planned = found.planned or found.definition.copy()
            changed.append(found.planned)
        for definition in changed:
            _metadata.put(definition, kind, text, key, uri)
        self._network_event(found, kind, uri, number=_METADATA_CHANGE)

    # ---- finding

    def _network(self, name: str) -> things.Network:
        return network_named(self.world, name)

    def _by_uuid(self, uuid: str) -> things.Network:
        for network in self.world.networks.values():
            if network.uuid == uuid:
                return network
        raise bare(43, f"Network not found: no network with matching uuid '{uuid}'")

    def _network_taken(self, definition: Any) -> things.Network | None:
        """The network of that UUID.  Raises OperationFailed where name and UUID do not agree."""
        for network in self.world.networks.values():
            if network.uuid == definition.uuid:
                if network.name != definition.name:
                    raise OperationFailed(
                        f"network '{network.name}' is already defined with uuid {network.uuid}"
                    )
                return network
        other = self.world.networks.get(definition.name)
        if other is not None:
            raise OperationFailed(
                f"network '{definition.name}' already exists with uuid {other.uuid}"
            )
        return None

    def _add_network(self, definition: Any) -> things.Network:
        network = things.Network(definition.name, definition.uuid, definition)
        self.world.networks[network.name] = network
        return network

    def _network_event(
        self, network: things.Network, what: int, more: Any = 0, number: int = _LIFECYCLE
    ) -> None:
        if not self.world.queues:
            return
        from vsh.api.event import by_id

        kind: Any = by_id("network", number)
        name, uuid = network.name, network.uuid
        self.world.emit(
            "network",
            number,
            uuid,
            lambda connection: kind(Network(connection, name, uuid), what, more),
        )


def _read(xml: str, *, validate: bool) -> Any:
    from vsh.xml import network
    from vsh.xml.engine.reader import read

    if validate:
        from vsh.xml.engine.schema import check

        error = check(xml, "network", network.Network)
        if error is not None:
            raise error
    definition = read(xml, network.Network)
    definition.drop("dnsmasq_options", "namespace")  # the driver that runs networks has those
    return definition


def _impact(network: things.Network, flags: int) -> int:
    """AFFECT_CURRENT resolved to live or config.  Raises OperationInvalid."""
    if not flags & 3:
        flags |= _LIVE if network.active else _CONFIG
    if flags & _LIVE and not network.active:
        raise OperationInvalid("network is not running")
    if flags & _CONFIG and not network.persistent:
        raise OperationInvalid("cannot change persistent config of a transient network")
    return flags


def _updated(definition: Any, update: Any, command: int, section: int, index: int, xml: str) -> Any:
    """A changed copy of a definition that is still one.  Raises Error."""
    changed = definition.copy()
    update(changed, command, section, index, xml)
    return things.Network.read(changed.format())


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
