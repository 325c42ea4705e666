# mypy: disable-error-code="no-any-return"
"""The objects of a connection, a domain or a pool, to be awaited.

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""

from __future__ import annotations

from vsh.aio._collection import Base
from vsh.api.collection import picked, uuid_of
from vsh.errors import (
    Error,
    NoCheckpoint,
    NoDomain,
    NoInterface,
    NoNetwork,
    NoNodeDevice,
    NoNwfilter,
    NoSecret,
    NoSnapshot,
    NoStoragePool,
    NoStorageVolume,
)
from vsh.words.connection import (
    ListAllDomains,
    ListAllInterfaces,
    ListAllNetworks,
    ListAllNodeDevice,
    ListAllSecrets,
    ListAllStoragePools,
)
from vsh.words.domain.state import DomainState, state_of
from vsh.words.snapshot import SnapshotList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from vsh.aio.checkpoint import Checkpoint
    from vsh.aio.connection import Connection
    from vsh.aio.domain import Domain
    from vsh.aio.interface import Interface
    from vsh.aio.network import Network
    from vsh.aio.node_device import NodeDevice
    from vsh.aio.nwfilter import Nwfilter
    from vsh.aio.pool import Pool
    from vsh.aio.secret import Secret
    from vsh.aio.snapshot import Snapshot
    from vsh.aio.volume import Volume
else:
    Checkpoint = Connection = Domain = Interface = Network = NodeDevice = Nwfilter = Pool = (
        Secret
    ) = Snapshot = Volume = None


class Domains(Base[Connection, Domain]):
    """The domains of a connection: by name, UUID, or as a number by the id of a running one."""

    noun = "domain"
    missing = NoDomain

    async def __call__(
        self,
        filters: ListAllDomains | int = 0,
        *,
        state: DomainState | str | None = None,
        active: bool | None = None,
        persistent: bool | None = None,
        autostart: bool | None = None,
        saved: bool | None = None,
        snapshots: bool | None = None,
    ) -> list[Domain]:
        """Those for which all that is given holds; all of them where nothing is.

        state      ``DomainState.RUNNING``, or its word ("running", "shut off")
        active     whether it runs, paused counted as running
        saved      whether its next start goes on from a managed save
        snapshots  whether it has any
        Raises ValueError for a word that is no state.
        """
        flag = ListAllDomains
        filters = picked(
            filters,
            (active, flag.ACTIVE, flag.INACTIVE),
            (persistent, flag.PERSISTENT, flag.TRANSIENT),
            (autostart, flag.AUTOSTART, flag.NO_AUTOSTART),
            (saved, flag.MANAGEDSAVE, flag.NO_MANAGEDSAVE),
            (snapshots, flag.HAS_SNAPSHOT, flag.NO_SNAPSHOT),
        )
        if state is None:
            return await self.owner.list_all_domains(filters)
        sought = state_of(state) if isinstance(state, str) else state
        filters |= {
            DomainState.RUNNING: flag.RUNNING,
            DomainState.PAUSED: flag.PAUSED,
            DomainState.SHUTOFF: flag.SHUTOFF,
        }.get(sought, flag.OTHER)
        found = await self.owner.list_all_domains(filters)
        states = await self.owner.driver.domain_states(found)
        return [
            domain
            for domain, answer in zip(found, states, strict=True)
            if not isinstance(answer, Error) and answer[0] == sought
        ]

    async def __getitem__(self, key: str | int) -> Domain:
        if isinstance(key, int):
            return await self.owner.domain_lookup_by_id(key)
        return await super().__getitem__(key)

    async def all(self, flags: int = 0) -> list[Domain]:
        return await self.owner.list_all_domains(flags)

    async def find(self, key: str) -> Domain:
        owner = self.owner
        return await self._either(key, owner.domain_lookup_by_uuid, owner.domain_lookup_by_name)

    async def define(self, xml: str) -> Domain:
        """Define a domain, or replace its definition; the document is validated first."""
        from vsh.words.domain.lifecycle import DomainDefine

        return await self.owner.domain_define_xml_flags(xml, DomainDefine.VALIDATE)

    async def create(self, xml: str) -> Domain:
        """Start a transient domain."""
        return await self.owner.domain_create_xml(xml, 0)


class Networks(Base[Connection, Network]):
    """The virtual networks of a connection: by name or UUID."""

    noun = "network"
    missing = NoNetwork

    async def __call__(
        self,
        filters: ListAllNetworks | int = 0,
        *,
        active: bool | None = None,
        persistent: bool | None = None,
        autostart: bool | None = None,
    ) -> list[Network]:
        """Those for which all that is given holds; all of them where nothing is."""
        flag = ListAllNetworks
        filters = picked(
            filters,
            (active, flag.ACTIVE, flag.INACTIVE),
            (persistent, flag.PERSISTENT, flag.TRANSIENT),
            (autostart, flag.AUTOSTART, flag.NO_AUTOSTART),
        )
        return await self.all(filters)

    async def all(self, flags: int = 0) -> list[Network]:
        return await self.owner.list_all_networks(flags)

    async def find(self, key: str) -> Network:
        owner = self.owner
        return await self._either(key, owner.network_lookup_by_uuid, owner.network_lookup_by_name)


class Pools(Base[Connection, Pool]):
    """The storage pools of a connection: by name or UUID."""

    noun = "storage pool"
    missing = NoStoragePool

    async def __call__(
        self,
        filters: ListAllStoragePools | int = 0,
        *,
        active: bool | None = None,
        persistent: bool | None = None,
        autostart: bool | None = None,
    ) -> list[Pool]:
        """Those for which all that is given holds; all of them where nothing is."""
        flag = ListAllStoragePools
        filters = picked(
            filters,
            (active, flag.ACTIVE, flag.INACTIVE),
            (persistent, flag.PERSISTENT, flag.TRANSIENT),
            (autostart, flag.AUTOSTART, flag.NO_AUTOSTART),
        )
        return await self.all(filters)

    async def all(self, flags: int = 0) -> list[Pool]:
        return await self.owner.list_all_storage_pools(flags)

    async def find(self, key: str) -> Pool:
        owner = self.owner
        by_uuid, by_name = (owner.storage_pool_lookup_by_uuid, owner.storage_pool_lookup_by_name)
        return await self._either(key, by_uuid, by_name)


class Volumes(Base[Pool, Volume]):
    """The volumes of a storage pool: by name."""

    noun = "storage volume"
    missing = NoStorageVolume

    async def __call__(self) -> list[Volume]:
        """All of them."""
        return await self.all()

    async def all(self, flags: int = 0) -> list[Volume]:
        return await self.owner.list_all_volumes(flags)

    async def find(self, key: str) -> Volume:
        return await self.owner.vol_lookup_by_name(key)

    @staticmethod
    def name_of(item: Volume) -> str:
        return item.name

    async def create(self, xml: str) -> Volume:
        """Make a volume."""
        return await self.owner.vol_create_xml(xml, 0)


class Interfaces(Base[Connection, Interface]):
    """The network interfaces of the host: by name."""

    noun = "interface"
    missing = NoInterface

    async def __call__(self, filters: ListAllInterfaces | int = 0) -> list[Interface]:
        """All of them, or those that the filters pick."""
        return await self.all(filters)

    async def all(self, flags: int = 0) -> list[Interface]:
        return await self.owner.list_all_interfaces(flags)

    async def find(self, key: str) -> Interface:
        return await self.owner.interface_lookup_by_name(key)


class NodeDevices(Base[Connection, NodeDevice]):
    """The devices of the host: by name."""

    noun = "node device"
    missing = NoNodeDevice

    async def __call__(self, filters: ListAllNodeDevice | int = 0) -> list[NodeDevice]:
        """All of them, or those that the filters pick."""
        return await self.all(filters)

    async def all(self, flags: int = 0) -> list[NodeDevice]:
        return await self.owner.list_all_node_devices(flags)

    async def find(self, key: str) -> NodeDevice:
        return await self.owner.node_device_lookup_by_name(key)


class Nwfilters(Base[Connection, Nwfilter]):
    """The network filters of a connection: by name or UUID."""

    noun = "network filter"
    missing = NoNwfilter

    async def __call__(self) -> list[Nwfilter]:
        """All of them."""
        return await self.all()

    async def all(self, flags: int = 0) -> list[Nwfilter]:
        return await self.owner.list_all_nwfilters(flags)

    async def find(self, key: str) -> Nwfilter:
        owner = self.owner
        return await self._either(key, owner.nwfilter_lookup_by_uuid, owner.nwfilter_lookup_by_name)


class Secrets(Base[Connection, Secret]):
    """The secrets of a connection: by UUID, or by what they are for."""

    noun = "secret"
    missing = NoSecret

    async def __call__(self, filters: ListAllSecrets | int = 0) -> list[Secret]:
        """All of them, or those that the filters pick."""
        return await self.all(filters)

    async def all(self, flags: int = 0) -> list[Secret]:
        return await self.owner.list_all_secrets(flags)

    async def find(self, key: str) -> Secret:
        for secret in await self.all():
            if secret.usageID == key or secret.uuid == uuid_of(key):
                return secret
        raise NoSecret(f"no secret with matching uuid or usage '{key}'")


class Snapshots(Base[Domain, Snapshot]):
    """The snapshots of a domain: by name."""

    noun = "snapshot"
    missing = NoSnapshot

    async def __call__(self, filters: SnapshotList | int = 0) -> list[Snapshot]:
        """All of them, or those that the filters pick."""
        return await self.all(filters)

    async def all(self, flags: int = 0) -> list[Snapshot]:
        return await self.owner.list_all_snapshots(flags)

    async def find(self, key: str) -> Snapshot:
        return await self.owner.snapshot_lookup_by_name(key)

    @property
    async def current(self) -> Snapshot | None:
        """The one that the domain's present state comes from, or None."""
        return (
            await self.owner.snapshot_current() if await self.owner.has_current_snapshot() else None
        )

    @property
    async def roots(self) -> list[Snapshot]:
        """Those without a parent."""
        from vsh.words.snapshot import SnapshotList

        return await self.all(SnapshotList.ROOTS)

    async def create(self, name: str | None = None, description: str | None = None) -> Snapshot:
        """Take a snapshot of disks and, of a running domain, memory."""
        from vsh.xml.moment.snapshot import DomainSnapshot

        model = DomainSnapshot.blank()
        model.name, model.description = (name, description)
        return await self.owner.snapshot_create_xml(model.format(), 0)

    async def redefine(self, documents: Iterable[str], *, lenient: bool = False) -> list[Snapshot]:
        """Bring back the records of snapshots from documents as ``get_xml_desc`` gave them.

        In any order: each goes after its parent.  Every rule is checked before one is sent.
        lenient  whether what libvirt would take although it cannot be right may pass
        Returns them.  Raises the Error of the first that is refused; those before it are there.
        """
        from vsh.aio._acting import act

        made: list[Snapshot] = await act(
            self.owner.connection,
            "redefine_all",
            (self.owner, "snapshot", documents),
            {"lenient": lenient},
        )
        return made


class Checkpoints(Base[Domain, Checkpoint]):
    """The checkpoints of a domain: by name."""

    noun = "checkpoint"
    missing = NoCheckpoint

    async def __call__(self) -> list[Checkpoint]:
        """All of them."""
        return await self.all()

    async def all(self, flags: int = 0) -> list[Checkpoint]:
        return await self.owner.list_all_checkpoints(flags)

    async def find(self, key: str) -> Checkpoint:
        return await self.owner.checkpoint_lookup_by_name(key)

    async def redefine(
        self, documents: Iterable[str], *, lenient: bool = False
    ) -> list[Checkpoint]:
        """Bring back the records of checkpoints from documents as ``get_xml_desc`` gave them.

        In any order: each goes after its parent.  Every rule is checked before one is sent.
        lenient  whether what libvirt would take although it cannot be right may pass
        Returns them.  Raises the Error of the first that is refused; those before it are there.
        """
        from vsh.aio._acting import act

        made: list[Checkpoint] = await act(
            self.owner.connection,
            "redefine_all",
            (self.owner, "checkpoint", documents),
            {"lenient": lenient},
        )
        return made
