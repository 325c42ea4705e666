"""The objects of a connection, a domain or a pool, as Python has collections.

    connection.domains["web1"]           by name, UUID or id; a NoDomain says which there are
    connection.domains(state="running")  a list of those that are asked for
    for network in connection.networks: ...
    "default" in connection.pools, len(connection.pools), connection.pools.names()

Nothing is kept: each use asks the hypervisor.
"""

from __future__ import annotations

from vsh.api._call import Object
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
from vsh.words.connection import ListAllDomains, ListAllNetworks, ListAllStoragePools
from vsh.words.domain.state import DomainState, state_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Generic, TypeVar

    from vsh.api.checkpoint import Checkpoint
    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.api.interface import Interface
    from vsh.api.network import Network
    from vsh.api.node_device import NodeDevice
    from vsh.api.nwfilter import Nwfilter
    from vsh.api.pool import Pool
    from vsh.api.secret import Secret
    from vsh.api.snapshot import Snapshot
    from vsh.api.volume import Volume
    from vsh.words.connection import ListAllInterfaces, ListAllNodeDevice, ListAllSecrets
    from vsh.words.snapshot import SnapshotList

    Item = TypeVar("Item", bound=Object)
    Owner = TypeVar("Owner", bound=Object)
else:
    from vsh.api._call import Generic

    Checkpoint = Connection = Domain = Interface = Item = Network = NodeDevice = Nwfilter = None
    Owner = Pool = Secret = Snapshot = Volume = None


class Collection(Generic[Owner, Item]):
    """The objects of one kind that ``owner`` has.  Iterating and ``len`` ask each time."""

    noun = "object"
    missing: type[Error] = Error

    def __init__(self, owner: Owner) -> None:
        self.owner = owner

    def all(self, flags: int = 0) -> list[Item]:
        """All of them, or those that the flags of the listing pick."""
        raise NotImplementedError

    def find(self, key: str) -> Item:
        """The one of that name (or UUID, where it has one).  Raises the Error of its kind."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[Item]:
        return iter(self.all())

    def __len__(self) -> int:
        return len(self.all())

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def __getitem__(self, key: str) -> Item:
        if not isinstance(key, str):
            raise TypeError(f"a {self.noun} is known by its name, not by a {type(key).__name__}")
        try:
            return self.find(key)
        except self.missing as error:
            raise named(self.noun, self.missing, key, self.names()) from error

    def get(self, key: str) -> Item | None:
        """The one of that name or UUID, or None."""
        try:
            return self.find(key)
        except self.missing:
            return None

    def _either(
        self, key: str, by_uuid: Callable[[str], Item], by_name: Callable[[str], Item]
    ) -> Item:
        """The one of that UUID, or else of that name: a name may look like a UUID."""
        if uuid := uuid_of(key):
            try:
                return by_uuid(uuid)
            except self.missing:
                pass
        return by_name(key)

    def names(self) -> list[str]:
        """Their names, sorted."""
        return sorted(self.name_of(item) for item in self.all())

    @staticmethod
    def name_of(item: Item) -> str:
        """What one is known by."""
        return str(item.__dict__[item.fields[0]])

    def __repr__(self) -> str:
        return f"<the {self.noun}s of {self.owner!r}>"


def named(noun: str, missing: type[Error], key: str, names: list[str]) -> Error:
    """The error for a name that nothing has: it says which name, and what could be meant."""
    import difflib

    close = difflib.get_close_matches(key, names, 1)
    if close:
        hint = f"did you mean {close[0]!r}?"
    elif names:
        shown = ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")
        hint = f"there {'is' if len(names) == 1 else 'are'}: {shown}"
    else:
        hint = f"there is no {noun} at all"
    error = missing(f"no {noun} with matching name '{key}'", hint=hint)
    error.add_note(f"hint: {hint}")
    return error


def uuid_of(text: str) -> str | None:
    """The usual form of a UUID, or None of a text that is none."""
    digits = text.replace("-", "").lower()
    if len(digits) != 32 or not set(digits) <= set("0123456789abcdef"):
        return None
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def picked(filters: int, *facts: tuple[bool | None, int, int]) -> int:
    """The filters with those of each fact that is wanted to be so (the first) or not so."""
    for wanted, yes, no in facts:
        if wanted is not None:
            filters |= yes if wanted else no
    return filters


class Domains(Collection[Connection, Domain]):
    """The domains of a connection: by name, UUID, or as a number by the id of a running one."""

    noun = "domain"
    missing = NoDomain

    def __call__(
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
            return self.owner.list_all_domains(filters)
        sought = state_of(state) if isinstance(state, str) else state
        filters |= {
            DomainState.RUNNING: flag.RUNNING,
            DomainState.PAUSED: flag.PAUSED,
            DomainState.SHUTOFF: flag.SHUTOFF,
        }.get(sought, flag.OTHER)
        found = self.owner.list_all_domains(filters)
        states = self.owner.driver.domain_states(found)
        return [
            domain
            for domain, answer in zip(found, states, strict=True)
            if not isinstance(answer, Error) and answer[0] == sought
        ]

    def __getitem__(self, key: str | int) -> Domain:
        if isinstance(key, int):
            return self.owner.domain_lookup_by_id(key)
        return super().__getitem__(key)

    def all(self, flags: int = 0) -> list[Domain]:
        return self.owner.list_all_domains(flags)

    def find(self, key: str) -> Domain:
        owner = self.owner
        return self._either(key, owner.domain_lookup_by_uuid, owner.domain_lookup_by_name)

    def define(self, xml: str) -> Domain:
        """Define a domain, or replace its definition; the document is validated first."""
        from vsh.words.domain.lifecycle import DomainDefine

        return self.owner.domain_define_xml_flags(xml, DomainDefine.VALIDATE)

    def create(self, xml: str) -> Domain:
        """Start a transient domain."""
        return self.owner.domain_create_xml(xml, 0)


class Networks(Collection[Connection, Network]):
    """The virtual networks of a connection: by name or UUID."""

    noun = "network"
    missing = NoNetwork

    def __call__(
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
        return self.all(filters)

    def all(self, flags: int = 0) -> list[Network]:
        return self.owner.list_all_networks(flags)

    def find(self, key: str) -> Network:
        owner = self.owner
        return self._either(key, owner.network_lookup_by_uuid, owner.network_lookup_by_name)


class Pools(Collection[Connection, Pool]):
    """The storage pools of a connection: by name or UUID."""

    noun = "storage pool"
    missing = NoStoragePool

    def __call__(
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
        return self.all(filters)

    def all(self, flags: int = 0) -> list[Pool]:
        return self.owner.list_all_storage_pools(flags)

    def find(self, key: str) -> Pool:
        owner = self.owner
        by_uuid, by_name = owner.storage_pool_lookup_by_uuid, owner.storage_pool_lookup_by_name
        return self._either(key, by_uuid, by_name)


class Volumes(Collection[Pool, Volume]):
    """The volumes of a storage pool: by name."""

    noun = "storage volume"
    missing = NoStorageVolume

    def __call__(self) -> list[Volume]:
        """All of them."""
        return self.all()

    def all(self, flags: int = 0) -> list[Volume]:
        return self.owner.list_all_volumes(flags)

    def find(self, key: str) -> Volume:
        return self.owner.vol_lookup_by_name(key)

    @staticmethod
    def name_of(item: Volume) -> str:
        return item.name

    def create(self, xml: str) -> Volume:
        """Make a volume."""
        return self.owner.vol_create_xml(xml, 0)


class Interfaces(Collection[Connection, Interface]):
    """The network interfaces of the host: by name."""

    noun = "interface"
    missing = NoInterface

    def __call__(self, filters: ListAllInterfaces | int = 0) -> list[Interface]:
        """All of them, or those that the filters pick."""
        return self.all(filters)

    def all(self, flags: int = 0) -> list[Interface]:
        return self.owner.list_all_interfaces(flags)

    def find(self, key: str) -> Interface:
        return self.owner.interface_lookup_by_name(key)


class NodeDevices(Collection[Connection, NodeDevice]):
    """The devices of the host: by name."""

    noun = "node device"
    missing = NoNodeDevice

    def __call__(self, filters: ListAllNodeDevice | int = 0) -> list[NodeDevice]:
        """All of them, or those that the filters pick."""
        return self.all(filters)

    def all(self, flags: int = 0) -> list[NodeDevice]:
        return self.owner.list_all_node_devices(flags)

    def find(self, key: str) -> NodeDevice:
        return self.owner.node_device_lookup_by_name(key)


class Nwfilters(Collection[Connection, Nwfilter]):
    """The network filters of a connection: by name or UUID."""

    noun = "network filter"
    missing = NoNwfilter

    def __call__(self) -> list[Nwfilter]:
        """All of them."""
        return self.all()

    def all(self, flags: int = 0) -> list[Nwfilter]:
        return self.owner.list_all_nwfilters(flags)

    def find(self, key: str) -> Nwfilter:
        owner = self.owner
        return self._either(key, owner.nwfilter_lookup_by_uuid, owner.nwfilter_lookup_by_name)


class Secrets(Collection[Connection, Secret]):
    """The secrets of a connection: by UUID, or by what they are for."""

    noun = "secret"
    missing = NoSecret

    def __call__(self, filters: ListAllSecrets | int = 0) -> list[Secret]:
        """All of them, or those that the filters pick."""
        return self.all(filters)

    def all(self, flags: int = 0) -> list[Secret]:
        return self.owner.list_all_secrets(flags)

    def find(self, key: str) -> Secret:
        for secret in self.all():
            if secret.usageID == key or secret.uuid == uuid_of(key):
                return secret
        raise NoSecret(f"no secret with matching uuid or usage '{key}'")


class Snapshots(Collection[Domain, Snapshot]):
    """The snapshots of a domain: by name."""

    noun = "snapshot"
    missing = NoSnapshot

    def __call__(self, filters: SnapshotList | int = 0) -> list[Snapshot]:
        """All of them, or those that the filters pick."""
        return self.all(filters)

    def all(self, flags: int = 0) -> list[Snapshot]:
        return self.owner.list_all_snapshots(flags)

    def find(self, key: str) -> Snapshot:
        return self.owner.snapshot_lookup_by_name(key)

    @property
    def current(self) -> Snapshot | None:
        """The one that the domain's present state comes from, or None."""
        return self.owner.snapshot_current() if self.owner.has_current_snapshot() else None

    @property
    def roots(self) -> list[Snapshot]:
        """Those without a parent."""
        from vsh.words.snapshot import SnapshotList

        return self.all(SnapshotList.ROOTS)

    def create(self, name: str | None = None, description: str | None = None) -> Snapshot:
        """Take a snapshot of disks and, of a running domain, memory."""
        from vsh.xml.moment.snapshot import DomainSnapshot

        model = DomainSnapshot.blank()
        model.name, model.description = name, description
        return self.owner.snapshot_create_xml(model.format(), 0)

    def redefine(self, documents: Iterable[str], *, lenient: bool = False) -> list[Snapshot]:
        """Bring back the records of snapshots from documents as ``get_xml_desc`` gave them.

        In any order: each goes after its parent.  Every rule is checked before one is sent.
        lenient  whether what libvirt would take although it cannot be right may pass
        Returns them.  Raises the Error of the first that is refused; those before it are there.
        """
        from vsh.api.act import act_named

        made: list[Snapshot] = act_named("redefine_all")(
            self.owner, "snapshot", documents, lenient=lenient
        )
        return made


class Checkpoints(Collection[Domain, Checkpoint]):
    """The checkpoints of a domain: by name."""

    noun = "checkpoint"
    missing = NoCheckpoint

    def __call__(self) -> list[Checkpoint]:
        """All of them."""
        return self.all()

    def all(self, flags: int = 0) -> list[Checkpoint]:
        return self.owner.list_all_checkpoints(flags)

    def find(self, key: str) -> Checkpoint:
        return self.owner.checkpoint_lookup_by_name(key)

    def redefine(self, documents: Iterable[str], *, lenient: bool = False) -> list[Checkpoint]:
        """Bring back the records of checkpoints from documents as ``get_xml_desc`` gave them.

        In any order: each goes after its parent.  Every rule is checked before one is sent.
        lenient  whether what libvirt would take although it cannot be right may pass
        Returns them.  Raises the Error of the first that is refused; those before it are there.
        """
        from vsh.api.act import act_named

        made: list[Checkpoint] = act_named("redefine_all")(
            self.owner, "checkpoint", documents, lenient=lenient
        )
        return made
