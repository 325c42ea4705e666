"""Storage pools: which there are, finding them, what they are, and changing them."""

from __future__ import annotations

from vsh.api.pool import Pool, PoolInfo
from vsh.drivers._base import bare
from vsh.drivers.test import things
from vsh.drivers.test._part import Part
from vsh.drivers.test.things import picked
from vsh.errors import InternalError, InvalidArgument, NoSupport, OperationFailed, OperationInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vsh.drivers.test.things import StoragePool

POOL_TYPES = (
    "dir",
    "fs",
    "netfs",
    "logical",
    "disk",
    "iscsi",
    "scsi",
    "mpath",
    "rbd",
    "sheepdog",
    "gluster",
    "zfs",
    "vstorage",
    "iscsi-direct",
)


def _of_type(kind: str) -> Callable[[StoragePool], bool]:
    return lambda pool: pool.kind == kind


# virConnectListAllStoragePoolsFlags
FILTERS = (
    ((1, lambda pool: not pool.active), (2, lambda pool: pool.active)),
    ((4, lambda pool: pool.persistent), (8, lambda pool: not pool.persistent)),
    ((16, lambda pool: pool.autostart), (32, lambda pool: not pool.autostart)),
    tuple((64 << number, _of_type(kind)) for number, kind in enumerate(POOL_TYPES)),
)

_RUNNING, _INACTIVE = 2, 0
_VALIDATE = 1

# virStoragePoolEventLifecycleType, and the numbers of the events
DEFINED, UNDEFINED, STARTED, STOPPED, CREATED, DELETED = 0, 1, 2, 3, 4, 5
_LIFECYCLE, _REFRESH = 0, 1

_VOLUME_GROUPS = (("/dev/sda20", "testvg1"), ("/dev/sda21", "testvg2"))


class Pools(Part):
    """Pools."""

    def connect_list_all_storage_pools(self, connection: Any, flags: int = 0) -> list[Pool]:
        self.accept(flags, (64 << len(POOL_TYPES)) - 1, "testConnectListAllStoragePools")
        return [
            Pool(connection, pool.name, pool.uuid)
            for pool in picked(self.world.pools.values(), flags, FILTERS)
        ]

    def connect_num_of_storage_pools(self, connection: Any) -> int:
        return len(self.connect_list_storage_pools(connection))

    def connect_list_storage_pools(self, connection: Any) -> list[str]:
        return [pool.name for pool in self.world.pools.values() if pool.active]

    def connect_num_of_defined_storage_pools(self, connection: Any) -> int:
        return len(self.connect_list_defined_storage_pools(connection))

    def connect_list_defined_storage_pools(self, connection: Any) -> list[str]:
        return [pool.name for pool in self.world.pools.values() if not pool.active]

    def connect_find_storage_pool_sources(
        self, connection: Any, kind: str, specification: str | None = None, flags: int = 0
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

    def storage_pool_lookup_by_name(self, connection: Any, name: str) -> Pool:
        pool = self._pool(name)
        return Pool(connection, pool.name, pool.uuid)

    def storage_pool_lookup_by_uuid(self, connection: Any, uuid: str) -> Pool:
        for pool in self.world.pools.values():
            if pool.uuid == uuid:
                return Pool(connection, pool.name, pool.uuid)
        raise bare(49, f"Storage pool not found: no storage pool with matching uuid '{uuid}'")

    def storage_pool_lookup_by_volume(self, volume: Any) -> Pool:
        return self.storage_pool_lookup_by_name(volume.connection, volume.pool)

    def storage_pool_is_active(self, pool: Any) -> int:
        return int(self._pool(pool.name).active)

    def storage_pool_is_persistent(self, pool: Any) -> int:
        return int(self._pool(pool.name).persistent)

    def storage_pool_get_autostart(self, pool: Any) -> int:
        found = self._pool(pool.name)
        return int(found.persistent and found.autostart)

    def storage_pool_set_autostart(self, pool: Any, autostart: int) -> None:
        found = self._pool(pool.name)
        if not found.persistent:
            raise InvalidArgument("pool has no config file")
        found.autostart = bool(autostart)

    def storage_pool_get_info(self, pool: Any) -> PoolInfo:
        found = self._pool(pool.name)
        return PoolInfo(
            _RUNNING if found.active else _INACTIVE,
            found.capacity,
            found.allocation,
            found.capacity - found.allocation,
        )

    def storage_pool_get_xml_desc(self, pool: Any, flags: int = 0) -> str:
        self.accept(flags, 0, "testStoragePoolGetXMLDesc")
        return self._pool(pool.name).text

    # ---- life

    def storage_pool_define_xml(self, connection: Any, xml: str, flags: int = 0) -> Pool:
        self.accept(flags, _VALIDATE, "testStoragePoolDefineXML")
        with self.world.lock:
            definition = _read(xml, validate=bool(flags & _VALIDATE))
            found = self._pool_taken(definition)
            if found is None:
                found = self._add_pool(definition)
                found.active = False
            elif not found.active:
                self._replace_pool(found, definition)
            found.persistent = True
        self._pool_event(found, DEFINED)
        return Pool(connection, found.name, found.uuid)

    def storage_pool_create_xml(self, connection: Any, xml: str, flags: int = 0) -> Pool:
        self.accept(flags, 0, "testStoragePoolCreateXML")
        with self.world.lock:
            definition = _read(xml, validate=False)
            found = self._pool_taken(definition)
            if found is None:
                found = self._add_pool(definition)
            elif found.active:
                raise OperationInvalid(f"pool is already active as '{found.name}'")
            else:
                self._replace_pool(found, definition)
            adapter = definition.source.adapter
            if adapter is not None and adapter.type == "fc_host":
                self.make_port(adapter.wwnn, adapter.wwpn)  # type: ignore[attr-defined]
            found.persistent = False
            found.active = True
        self._pool_event(found, STARTED)
        return Pool(connection, found.name, found.uuid)

    def storage_pool_create(self, pool: Any, flags: int = 0) -> None:
        self.accept(flags, 0, "testStoragePoolCreate")
        found = self._resting_pool(pool.name)
        found.active = True
        self._pool_event(found, STARTED)

    def storage_pool_destroy(self, pool: Any) -> None:
        found = self.running_pool(pool.name)
        found.active = False
        adapter = found.definition.source.adapter
        if adapter is not None and adapter.type == "fc_host":
            self.drop_port()  # type: ignore[attr-defined]
        if not found.persistent:
            del self.world.pools[found.name]
        self._pool_event(found, STOPPED)

    def storage_pool_undefine(self, pool: Any) -> None:
        found = self._resting_pool(pool.name)
        del self.world.pools[found.name]
        self._pool_event(found, UNDEFINED)

    def storage_pool_build(self, pool: Any, flags: int = 0) -> None:
        self.accept(flags, 0, "testStoragePoolBuild")
        self._pool_event(self._resting_pool(pool.name), CREATED)

    def storage_pool_delete(self, pool: Any, flags: int = 0) -> None:
        self.accept(flags, 0, "testStoragePoolDelete")
        self._pool_event(self._resting_pool(pool.name), DELETED)

    def storage_pool_refresh(self, pool: Any, flags: int = 0) -> None:
        self.accept(flags, 0, "testStoragePoolRefresh")
        self._pool_event(self.running_pool(pool.name), number=_REFRESH)

    # ---- finding

    def running_pool(self, name: str) -> StoragePool:
        """The pool of that name, which has to be active.  Raises Error."""
        pool = self._pool(name)
        if not pool.active:
            raise OperationInvalid(f"storage pool '{name}' is not active")
        return pool

    def _resting_pool(self, name: str) -> StoragePool:
        pool = self._pool(name)
        if pool.active:
            raise OperationInvalid(f"storage pool '{name}' is active")
        return pool

    def _pool(self, name: str) -> StoragePool:
        pool = self.world.pools.get(name)
        if pool is None:
            raise bare(49, f"Storage pool not found: no storage pool with matching name '{name}'")
        return pool

    def _pool_taken(self, definition: Any) -> StoragePool | None:
        """The pool of that UUID.  Raises OperationFailed where there is one that conflicts."""
        from vsh.drivers.test.pool_sources import same_source

        for pool in self.world.pools.values():
            if pool.name != definition.name and same_source(pool.definition, definition):
                raise OperationFailed(f"Storage source conflict with pool: '{pool.name}'")
        for pool in self.world.pools.values():
            if pool.uuid == definition.uuid:
                if pool.name != definition.name:
                    raise OperationFailed(
                        f"pool '{pool.name}' is already defined with uuid {pool.uuid}"
                    )
                return pool
        other = self.world.pools.get(definition.name)
        if other is not None:
            raise OperationFailed(f"pool '{definition.name}' already exists with uuid {other.uuid}")
        return None

    def _add_pool(self, definition: Any) -> StoragePool:
        pool = things.StoragePool(definition.name, definition.uuid, definition, "", "")
        self._replace_pool(pool, definition)
        self.world.pools[pool.name] = pool
        return pool

    def _replace_pool(self, pool: StoragePool, definition: Any) -> None:
        pool.definition = definition
        pool.kind = definition.type
        pool.path = definition.target.path if definition.target is not None else ""
        pool.allocation = 0

    def _pool_event(
        self, pool: StoragePool, what: int | None = None, number: int = _LIFECYCLE
    ) -> None:
        if not self.world.queues:
            return
        from vsh.api.event import by_id

        kind: Any = by_id("pool", number)
        name, uuid = pool.name, pool.uuid
        more = () if what is None else (what, 0)
        self.world.emit(
            "pool", number, uuid, lambda connection: kind(Pool(connection, name, uuid), *more)
        )


def _read(xml: str, *, validate: bool) -> Any:
    from vsh.xml.storage.pool import StoragePool

    if validate:
        from vsh.xml.engine.schema import check

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
