"""Storage pools and their volumes: which there are, finding them, and what they are."""

from __future__ import annotations

from vsh.api.pool import Pool, PoolInfo
from vsh.api.volume import Volume, VolumeInfo
from vsh.drivers._base import bare
from vsh.drivers.test._part import Part
from vsh.drivers.test.things import picked
from vsh.errors import OperationInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vsh.drivers.test.things import StoragePool, StoredVolume

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


class Pools(Part):
    """Pools and volumes."""

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
        return int(self._pool(pool.name).autostart)

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

    # ---- volumes

    def storage_pool_num_of_volumes(self, pool: Any) -> int:
        return len(self._running(pool.name).volumes)

    def storage_pool_list_volumes(self, pool: Any) -> list[str]:
        return list(self._running(pool.name).volumes)

    def storage_pool_list_all_volumes(self, pool: Any, flags: int = 0) -> list[Volume]:
        self.accept(flags, 0, "testStoragePoolListAllVolumes")
        found = self._pool(pool.name)
        if not found.active:
            raise OperationInvalid("storage pool is not active")
        return [
            Volume(pool.connection, found.name, volume.name, volume.key)
            for volume in found.volumes.values()
        ]

    def storage_vol_lookup_by_name(self, pool: Any, name: str) -> Volume:
        found = self._running(pool.name)
        volume = _volume(found, name)
        return Volume(pool.connection, found.name, volume.name, volume.key)

    def storage_vol_lookup_by_key(self, connection: Any, key: str) -> Volume:
        return self._search(connection, "key", key)

    def storage_vol_lookup_by_path(self, connection: Any, path: str) -> Volume:
        return self._search(connection, "path", path)

    def storage_vol_get_info(self, volume: Any) -> VolumeInfo:
        found = _volume(self._running(volume.pool), volume.name)
        return VolumeInfo(0, found.capacity, found.allocation)

    def storage_vol_get_xml_desc(self, volume: Any, flags: int = 0) -> str:
        self.accept(flags, 0, "testStorageVolGetXMLDesc")
        return _volume(self._running(volume.pool), volume.name).text

    def storage_vol_get_path(self, volume: Any) -> str:
        return _volume(self._running(volume.pool), volume.name).path

    def _search(self, connection: Any, by: str, value: str) -> Volume:
        for pool in self.world.pools.values():
            for volume in pool.volumes.values() if pool.active else ():
                if getattr(volume, by) == value:
                    return Volume(connection, pool.name, volume.name, volume.key)
        raise bare(50, f"Storage volume not found: no storage vol with matching {by} '{value}'")

    def _running(self, name: str) -> StoragePool:
        pool = self._pool(name)
        if not pool.active:
            raise OperationInvalid(f"storage pool '{name}' is not active")
        return pool

    def _pool(self, name: str) -> StoragePool:
        pool = self.world.pools.get(name)
        if pool is None:
            raise bare(49, f"Storage pool not found: no storage pool with matching name '{name}'")
        return pool


def _volume(pool: StoragePool, name: str) -> StoredVolume:
    volume = pool.volumes.get(name)
    if volume is None:
        raise bare(50, f"Storage volume not found: no storage vol with matching name '{name}'")
    return volume
