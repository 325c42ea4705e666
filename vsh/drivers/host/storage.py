"""Which storage pools this machine has, finding and making them; finding volumes."""

from __future__ import annotations

from vsh.api.connection import storage as api
from vsh.api.pool import Pool
from vsh.api.volume import Volume
from vsh.drivers.host.pool import CREATE_FLAGS, check_builds, tell
from vsh.drivers.host.pool.backend import backend_of
from vsh.drivers.host.pool.devices import stable_path
from vsh.drivers.part import Part
from vsh.drivers.state.filters import picked
from vsh.drivers.state.pools import ALL_FILTERS, FILTERS, POOL_TYPES
from vsh.errors import InternalError, NoStoragePool, NoStorageVolume, OperationFailed, SystemFailure
from vsh.words.event import StoragePoolEventLifecycleType
from vsh.words.event_id import StoragePoolEventID
from vsh.words.pool import StoragePoolDefine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.connection import Connection
    from vsh.drivers.host import HostDriver
    from vsh.drivers.host.pool.pools import Pool as Kept
    from vsh.drivers.host.pool.pools import Pools
    from vsh.xml.storage.pool import BackedPool


class Storage(Part, answers=api):
    """Listing, finding, defining."""

    prefix = "storage"
    driver: HostDriver

    @property
    def _pools(self) -> Pools:
        return self.driver.hypervisor.pools

    def list_all_storage_pools(self, connection: Connection, flags: int = 0) -> list[Pool]:
        self.accept(flags, ALL_FILTERS, "storageConnectListAllStoragePools")
        return [
            Pool(connection, pool.name, pool.uuid)
            for pool in picked(self._pools.all(), flags, FILTERS)
        ]

    def num_of_storage_pools(self, connection: Connection) -> int:
        return len(self.list_storage_pools(connection))

    def list_storage_pools(self, connection: Connection) -> list[str]:
        return [pool.name for pool in self._pools.all() if pool.active]

    def num_of_defined_storage_pools(self, connection: Connection) -> int:
        return len(self.list_defined_storage_pools(connection))

    def list_defined_storage_pools(self, connection: Connection) -> list[str]:
        return [pool.name for pool in self._pools.all() if not pool.active]

    def find_storage_pool_sources(
        self, connection: Connection, kind: str, specification: str | None = None, flags: int = 0
    ) -> str:
        self.accept(flags, 0, "storageConnectFindStoragePoolSources")
        if kind not in POOL_TYPES:
            raise InternalError(f"unknown storage pool type {kind}")
        from vsh.drivers.host.pool.sources import shown

        found = backend_of(kind).sources(kind, specification, self.driver.hypervisor.secrets)
        return shown(found)

    def get_storage_pool_capabilities(self, connection: Connection, flags: int = 0) -> str:
        from vsh.drivers.host.pool.capabilities import capabilities

        self.accept(flags, 0, "storageConnectGetStoragePoolCapabilities")
        return capabilities().format()

    def storage_pool_lookup_by_name(self, connection: Connection, name: str) -> Pool:
        pool = self._pools.called(name)
        return Pool(connection, pool.name, pool.uuid)

    def storage_pool_lookup_by_uuid(self, connection: Connection, uuid: str) -> Pool:
        pool = self._pools.known(uuid)
        if pool is not None:
            return Pool(connection, pool.name, pool.uuid)
        raise NoStoragePool.whole(
            f"Storage pool not found: no storage pool with matching uuid '{uuid}'"
        )

    def storage_pool_lookup_by_target_path(self, connection: Connection, path: str) -> Pool:
        from vsh.xml.storage.kinds import clean_path

        wanted = clean_path(path)
        for pool in self._pools.all():
            if pool.active and pool.path == wanted:
                return Pool(connection, pool.name, pool.uuid)
        raise NoStoragePool.whole(
            f"Storage pool not found: no storage pool with matching target path '{path}'"
        )

    def storage_pool_define_xml(self, connection: Connection, xml: str, flags: int = 0) -> Pool:
        self.accept(flags, StoragePoolDefine.VALIDATE, "storagePoolDefineXML")
        definition = _read(xml, validate=bool(flags & StoragePoolDefine.VALIDATE))
        with self._pools.making:
            self._check(definition)
            with self._pools.defining(definition) as (found, new):
                if not new and found.active:
                    found.planned = definition
                elif not new:
                    found.definition = definition
                found.persistent = True
                return self._told(connection, found, StoragePoolEventLifecycleType.DEFINED)

    def storage_pool_create_xml(self, connection: Connection, xml: str, flags: int = 0) -> Pool:
        self.accept(flags, CREATE_FLAGS, "storagePoolCreateXML")
        check_builds(flags)
        definition = _read(xml, validate=False)
        with self._pools.making:
            self._check(definition)
            with self._pools.defining(definition) as (found, new):
                if not new and found.active:
                    raise OperationFailed(f"pool is already active as '{found.name}'")
                before = found.definition
                found.definition = definition
                try:
                    self._pools.start(found, flags)
                except BaseException:
                    found.definition = before
                    if new:
                        self._pools.remove(found)
                    raise
                if not new:
                    found.planned = before
                return self._told(connection, found, StoragePoolEventLifecycleType.STARTED)

    def _check(self, definition: BackedPool) -> None:
        """Refuse a pool that cannot be here, or is on what another is on.  Raises Error."""
        from vsh.drivers.state.pool_sources import same_source

        backend_of(str(definition.type))
        self._pools.check_place(str(definition.name), str(definition.uuid))
        for pool in self._pools.all():
            with pool:
                if pool.uuid != definition.uuid and same_source(pool.definition, definition):
                    raise OperationFailed(f"Storage source conflict with pool: '{pool.name}'")

    def _told(self, connection: Connection, pool: Kept, event: int) -> Pool:
        tell(self.driver.hypervisor.bus, pool, StoragePoolEventID.LIFECYCLE, int(event), 0)
        return Pool(connection, pool.name, pool.uuid)

    def storage_vol_lookup_by_key(self, connection: Connection, key: str) -> Volume:
        found = self._search(connection, lambda pool: _with_key(pool, key))
        if found is None:
            raise NoStorageVolume.whole(
                f"Storage volume not found: no storage vol with matching key {key}"
            )
        return found

    def storage_vol_lookup_by_path(self, connection: Connection, path: str) -> Volume:
        from vsh.xml.storage.kinds import clean_path

        wanted = clean_path(path)
        found = self._search(connection, lambda pool: _with_path(pool, wanted))
        if found is None:
            raise NoStorageVolume.whole(
                f"Storage volume not found: no storage vol with matching path '{path}'"
            )
        return found

    def _search(self, connection: Connection, match: Callable[[Kept], str | None]) -> Volume | None:
        """The volume whose name a look at its pool gives."""
        for pool in self._pools.all():
            with pool:
                name = match(pool) if pool.active else None
                if name is not None:
                    return Volume(connection, pool.name, name, pool.key(name))
        return None


def _with_key(pool: Kept, key: str) -> str | None:
    if pool.backend.folder:
        return _with_path(pool, key)
    return next((name for name in pool.volumes if pool.key(name) == key), None)


def _with_path(pool: Kept, path: str) -> str | None:
    """In a folder without a look at all that is there."""
    if pool.backend.folder:
        folder, _, name = path.rpartition("/")
        return name if pool.path == folder and name in pool.volumes else None
    wanted = path
    if pool.kind in ("disk", "iscsi", "scsi", "mpath"):
        try:
            wanted = stable_path(pool.path, path) or path
        except SystemFailure:
            return None  # of the others one may have it
    return next((name for name in pool.volumes if pool.path_of(name) == wanted), None)


def _read(xml: str, *, validate: bool) -> BackedPool:
    from vsh.drivers.host.pool.pools import parsed

    if validate:
        from vsh.xml.schema import check
        from vsh.xml.storage.pool import BackedPool

        error = check(xml, "storagepool", BackedPool)
        if error is not None:
            raise error
    return parsed(xml)
