"""Networks in any driver: which are picked from all, listing and finding, what a change is for."""

from __future__ import annotations

from vsh.api.network import Network
from vsh.drivers.part import Part
from vsh.drivers.state.filters import picked
from vsh.errors import NoNetwork, OperationInvalid
from vsh.words.connection import ListAllNetworks
from vsh.words.network import NetworkUpdate, NetworkUpdateCommand, NetworkUpdateSection

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Protocol

    from vsh.api.connection import Connection
    from vsh.drivers.state.store import Kept
    from vsh.xml.network import Network as Definition

    class Networks(Protocol):
        """The networks of a driver."""

        def all(self) -> Sequence[Kept]: ...

        def called(self, name: str) -> Kept: ...

        def known(self, uuid: str) -> Kept | None: ...


FILTERS: tuple[tuple[tuple[int, Callable[[Kept], bool]], ...], ...] = (
    (
        (ListAllNetworks.INACTIVE, lambda network: not network.active),
        (ListAllNetworks.ACTIVE, lambda network: network.active),
    ),
    (
        (ListAllNetworks.PERSISTENT, lambda network: network.persistent),
        (ListAllNetworks.TRANSIENT, lambda network: not network.persistent),
    ),
    (
        (ListAllNetworks.AUTOSTART, lambda network: network.autostart),
        (ListAllNetworks.NO_AUTOSTART, lambda network: not network.autostart),
    ),
)
ALL_FILTERS = 0x3F
BOTH = NetworkUpdate.AFFECT_LIVE | NetworkUpdate.AFFECT_CONFIG


def impact(network: Kept, flags: int) -> int:
    """AFFECT_CURRENT resolved to live or config.  Raises OperationInvalid."""
    if not flags & BOTH:
        flags |= NetworkUpdate.AFFECT_LIVE if network.active else NetworkUpdate.AFFECT_CONFIG
    if flags & NetworkUpdate.AFFECT_LIVE and not network.active:
        raise OperationInvalid("network is not running")
    if flags & NetworkUpdate.AFFECT_CONFIG and not network.persistent:
        raise OperationInvalid("cannot change persistent config of a transient network")
    return flags


def updated(definition: Definition, command: int, section: int, index: int, xml: str) -> Definition:
    """A changed copy of a definition that is still one.  Raises Error."""
    from vsh.xml.engine.reader import read
    from vsh.xml.network import Network as Document
    from vsh.xml.network.update import update

    changed = definition.copy()
    known = 0 < command <= NetworkUpdateCommand.ADD_FIRST
    act = NetworkUpdateCommand.word_of(command) if known else str(command)
    update(changed, act, NetworkUpdateSection.word_of(section), index, xml)
    return read(changed.format(), Document)


class NetworkListing(Part):
    """Listing and finding networks: a part of the answers of drivers that have some.

    lister  how the driver's functions for networks begin, for errors
    """

    lister = ""

    def _networks(self) -> Networks:
        """The driver's networks, as they are now."""
        raise NotImplementedError

    def list_all_networks(self, connection: Connection, flags: int = 0) -> list[Network]:
        self.accept(flags, ALL_FILTERS, f"{self.lister}ConnectListAllNetworks")
        return [
            Network(connection, network.name, network.uuid)
            for network in picked(self._networks().all(), flags, FILTERS)
        ]

    def num_of_networks(self, connection: Connection) -> int:
        return len(self.list_networks(connection))

    def list_networks(self, connection: Connection) -> list[str]:
        return [network.name for network in self._networks().all() if network.active]

    def num_of_defined_networks(self, connection: Connection) -> int:
        return len(self.list_defined_networks(connection))

    def list_defined_networks(self, connection: Connection) -> list[str]:
        return [network.name for network in self._networks().all() if not network.active]

    def network_lookup_by_name(self, connection: Connection, name: str) -> Network:
        network = self._networks().called(name)
        return Network(connection, network.name, network.uuid)

    def network_lookup_by_uuid(self, connection: Connection, uuid: str) -> Network:
        found = self._networks().known(uuid)
        if found is None:
            raise NoNetwork.whole(f"Network not found: no network with matching uuid '{uuid}'")
        return Network(connection, found.name, found.uuid)
