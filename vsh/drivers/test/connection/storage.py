"""Which storage pools there are, finding and making them; finding volumes."""

from __future__ import annotations

from vsh.api.connection import storage
from vsh.api.pool import Pool
from vsh.api.volume import Volume
from vsh.drivers.state.filters import picked
from vsh.drivers.state.pools import ALL_FILTERS, FILTERS, POOL_TYPES
from vsh.drivers.test import things, virtual_port
from vsh.drivers.test.part import TestPart
from vsh.errors import (
    InternalError,
    InvalidArgument,
    NoStoragePool,
    NoStorageVolume,
    NoSupport,
    OperationFailed,
    OperationInvalid,
)
from vsh.words.event import StoragePoolEventLifecycleType
from vsh.words.pool import StoragePoolDefine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.drivers.test.things import StoragePool
    from vsh.xml.storage.pool import StoragePool as PoolDefinition

_VOLUME_GROUPS = (("/dev/sda20", "testvg1"), ("/dev/sda21", "testvg2"))


class Storage(TestPart, answers=storage):
    """Listing, finding, defining."""

    def list_all_storage_pools(self, connection: Connection, flags: int = 0) -> list[Pool]:
        self.accept(flags, ALL_FILTERS, "testConnectListAllStoragePools")
        return [
            Pool(connection, pool.name, pool.uuid)
            for pool in picked(self.hypervisor.pools.all(), flags, FILTERS)
        ]

    def num_of_storage_pools(self, connection: Connection) -> int:
        return len(self.list_storage_pools(connection))

    def list_storage_pools(self, connection: Connection) -> list[str]:
        return [pool.name for pool in self.hypervisor.pools.all() if pool.active]

    def num_of_defined_storage_pools(self, connection: Connection) -> int:
        return len(self.list_defined_storage_pools(connection))

    def list_defined_storage_pools(self, connection: Connection) -> list[str]:
        return [pool.name for pool in self.hypervisor.pools.all() if not pool.active]

    def find_storage_pool_sources(
        self, connection: Connection, kind: str, specification: str | None = None, flags: int = 0
    ) -> str:
        self.accept(flags, 0, "testConnectFindStoragePoolSources")
        if kind == POOL_TYPES[0]:
            raise InternalError(f"unknown storage pool type {kind}")
        source = None
        if specification:
            from vsh.xml.engine.reader import read
            from vsh.xml.storage.pool import PoolSource

            source = read(specification, PoolSource, facts=kind)
        if kind == "logical":
            return _volume_groups()
        if kind == "netfs":
            if source is None or not source.hosts:
                raise InvalidArgument("hostname must be specified for netfs sources")
            return _shares(source.hosts[0].name)
        raise NoSupport(f"pool type '{kind}' does not support source discovery")

    def storage_pool_lookup_by_name(self, connection: Connection, name: str) -> Pool:
        pool = self.hypervisor.pools.called(name)
        return Pool(connection, pool.name, pool.uuid)

    def storage_pool_lookup_by_uuid(self, connection: Connection, uuid: str) -> Pool:
        pool = self.hypervisor.pools.known(uuid)
        if pool is not None:
            return Pool(connection, pool.name, pool.uuid)
        raise NoStoragePool.whole(
            f"Storage pool not found: no storage pool with matching uuid '{uuid}'"
        )

    def storage_pool_define_xml(self, connection: Connection, xml: str, flags: int = 0) -> Pool:
        self.accept(flags, StoragePoolDefine.VALIDATE, "testStoragePoolDefineXML")
        definition = _read(xml, validate=bool(flags & StoragePoolDefine.VALIDATE))
        with self.hypervisor.pools.making:
            self._check_source(definition)
            with self.hypervisor.pools.defining(definition) as (found, new):
                if new:
                    found.active = False
                elif not found.active:
                    found.replace(definition)
                found.persistent = True
                return self._told(connection, found, StoragePoolEventLifecycleType.DEFINED)

    def storage_pool_create_xml(self, connection: Connection, xml: str, flags: int = 0) -> Pool:
        self.accept(flags, 0, "testStoragePoolCreateXML")
        definition = _read(xml, validate=False)
        with self.hypervisor.pools.making:
            self._check_source(definition)
            with self.hypervisor.pools.defining(definition) as (found, new):
                if not new:
                    if found.active:
                        raise OperationInvalid(f"pool is already active as '{found.name}'")
                    found.replace(definition)
                adapter = definition.source.adapter
                if adapter is not None and adapter.type == "fc_host":
                    virtual_port.make(self, adapter.wwnn or "", adapter.wwpn or "")
                found.persistent = False
                found.active = True
                return self._told(connection, found, StoragePoolEventLifecycleType.STARTED)

    def _check_source(self, definition: PoolDefinition) -> None:
        """Refuse a pool on what another pool is on.  Raises OperationFailed."""
        from vsh.drivers.state.pool_sources import same_source

        for pool in self.hypervisor.pools.all():
            with pool:
                if pool.name != definition.name and same_source(pool.definition, definition):
                    raise OperationFailed(f"Storage source conflict with pool: '{pool.name}'")

    def _told(self, connection: Connection, pool: StoragePool, event: int) -> Pool:
        """The handle of a pool of which everybody is told that it was defined or started."""
        from vsh.words.event_id import StoragePoolEventID

        known = (pool.name, pool.uuid)
        self.tell(
            "pool",
            StoragePoolEventID.LIFECYCLE,
            pool.uuid,
            lambda asker: Pool(asker, *known),
            event,
            0,
        )
        return Pool(connection, *known)

    def storage_vol_lookup_by_key(self, connection: Connection, key: str) -> Volume:
        return self._search_volume(connection, "key", key)

    def storage_vol_lookup_by_path(self, connection: Connection, path: str) -> Volume:
        return self._search_volume(connection, "path", path)

    def _search_volume(self, connection: Connection, by: str, value: str) -> Volume:
        for pool in self.hypervisor.pools.all():
            with pool:
                for volume in pool.volumes.values() if pool.active else ():
                    if (volume.key if by == "key" else things.path_of(volume)) == value:
                        return Volume(connection, pool.name, volume.name, volume.key)
        raise NoStorageVolume.whole(
            f"Storage volume not found: no storage vol with matching {by} '{value}'"
        )


def _read(xml: str, *, validate: bool) -> PoolDefinition:
    from vsh.xml.storage.pool import StoragePool

    if validate:
        from vsh.xml.schema import check

        error = check(xml, "storagepool", StoragePool)
        if error is not None:
            raise error
    return things.StoragePool.read(xml)


def _volume_groups() -> str:
    groups = "".join(
        f"  <source>\n    <device path='{device}'/>\n    <name>{name}</name>\n"
        "    <format type='lvm2'/>\n  </source>\n"
        for device, name in _VOLUME_GROUPS
    )
    return f"<sources>\n{groups}</sources>\n"


def _shares(host: str) -> str:
    return (
        f"<sources>\n  <source>\n    <host name='{host}'/>\n    <dir path='/testshare'/>\n"
        "    <format type='nfs'/>\n  </source>\n</sources>\n"
    )
