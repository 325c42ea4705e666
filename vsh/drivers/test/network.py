"""A network: what it is, starting and stopping it, and changing it."""

from __future__ import annotations

from vsh.api import network as api
from vsh.api.domain.records import IpAddress
from vsh.drivers.state.networks import BOTH, impact, updated
from vsh.drivers.test import things
from vsh.drivers.test.part import TestPart
from vsh.errors import InternalError, InvalidArgument, NoNetworkMetadata, OperationInvalid
from vsh.words.event import NetworkEventLifecycleType
from vsh.words.network import NetworkUpdate

_METADATA_CHANGE = 1


class Network(TestPart, answers=api):
    """Answers about a network."""

    def is_active(self, network: api.Network) -> int:
        with self.hypervisor.networks.query(network) as found:
            return int(found.active)

    def is_persistent(self, network: api.Network) -> int:
        with self.hypervisor.networks.query(network) as found:
            return int(found.persistent)

    def get_autostart(self, network: api.Network) -> int:
        with self.hypervisor.networks.called(network.name) as found:
            return int(found.autostart)

    def set_autostart(self, network: api.Network, autostart: int) -> None:
        with self.hypervisor.networks.holding(network.name) as found:
            found.autostart = bool(autostart)

    def get_bridge_name(self, network: api.Network) -> str:
        with self.hypervisor.networks.called(network.name) as found:
            if found.bridge is None:
                raise InternalError(f"network '{found.name}' does not have a bridge name.")
            return found.bridge

    def get_xml_desc(self, network: api.Network, flags: int = 0) -> str:
        self.accept(flags, 0, "testNetworkGetXMLDesc")
        with self.hypervisor.networks.called(network.name) as found:
            return found.text

    def create(self, network: api.Network) -> None:
        with self.hypervisor.networks.holding(network.name) as found:
            if found.active:
                raise OperationInvalid(f"Network '{found.name}' is already running")
            found.active = True
            self._tell_life(found, NetworkEventLifecycleType.STARTED)

    def destroy(self, network: api.Network) -> None:
        with self.hypervisor.networks.holding(network.name) as found:
            found.active = False
            if not found.persistent:
                self.hypervisor.networks.remove(found)
            self._tell_life(found, NetworkEventLifecycleType.STOPPED)

    def undefine(self, network: api.Network) -> None:
        with self.hypervisor.networks.holding(network.name) as found:
            if found.active:
                raise OperationInvalid(f"Network '{found.name}' is still running")
            self.hypervisor.networks.remove(found)
            self._tell_life(found, NetworkEventLifecycleType.UNDEFINED)

    def update(
        self, network: api.Network, command: int, section: int, index: int, xml: str, flags: int = 0
    ) -> None:
        self.accept(
            flags, NetworkUpdate.AFFECT_LIVE | NetworkUpdate.AFFECT_CONFIG, "testNetworkUpdate"
        )
        with self.hypervisor.networks.modify(network) as found:
            flags = impact(found, flags)
            live = planned = None
            if flags & NetworkUpdate.AFFECT_LIVE:
                live = updated(found.definition, command, section, index, xml)
            if flags & NetworkUpdate.AFFECT_CONFIG:
                definition = found.planned or found.definition
                planned = updated(definition, command, section, index, xml)
            if planned is not None and found.active:
                found.planned = planned
            elif planned is not None:
                found.definition = planned
            if live is not None:
                found.definition = live

    def get_metadata(
        self, network: api.Network, kind: int, uri: str | None = None, flags: int = 0
    ) -> str:
        from vsh.drivers.state import metadata
        from vsh.errors import NoDomainMetadata

        self.accept(
            flags, NetworkUpdate.AFFECT_LIVE | NetworkUpdate.AFFECT_CONFIG, "testNetworkGetMetadata"
        )
        with self.hypervisor.networks.query(network) as found:
            if flags & BOTH == BOTH:
                raise InvalidArgument.whole(
                    "Flags 'VIR_NETWORK_UPDATE_AFFECT_LIVE' and "
                    "'VIR_NETWORK_UPDATE_AFFECT_CONFIG' are mutually exclusive"
                )
            flags = impact(found, flags)
            planned = (
                found.planned if found.active and flags & NetworkUpdate.AFFECT_CONFIG else None
            )
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

        self.accept(
            flags, NetworkUpdate.AFFECT_LIVE | NetworkUpdate.AFFECT_CONFIG, "testNetworkSetMetadata"
        )
        with self.hypervisor.networks.modify(network) as found:
            flags = impact(found, flags)
            changed = []
            if not found.active or flags & NetworkUpdate.AFFECT_LIVE:
                changed.append(found.definition)
            if found.active and flags & NetworkUpdate.AFFECT_CONFIG:
                found.planned = found.planned or found.definition.copy()
                changed.append(found.planned)
            for definition in changed:
                metadata.put(definition, kind, text, key, uri)
            self._tell(found, _METADATA_CHANGE, kind, uri)

    def _tell_life(self, network: things.Network, event: int) -> None:
        """Tell whoever listens of a turn in its life."""
        from vsh.words.event_id import NetworkEventID

        self._tell(network, NetworkEventID.LIFECYCLE, event, 0)

    def _tell(self, network: things.Network, number: int, *values: object) -> None:
        known = (network.name, network.uuid)
        self.tell(
            "network", number, network.uuid, lambda asker: api.Network(asker, *known), *values
        )


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
