"""Volumes of pools: which there are, finding them, what they are, making and deleting them."""

from __future__ import annotations

from vsh.api.volume import Volume, VolumeInfo
from vsh.drivers._base import bare
from vsh.drivers.test._part import Part
from vsh.errors import InternalError, OperationFailed, OperationInvalid

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.drivers.test.things import StoragePool

_VALIDATE = 4  # VIR_STORAGE_VOL_CREATE_VALIDATE

# virStorageVolType, by the type of the pool
_FILE, _BLOCK, _NETWORK = 0, 1, 3
_KINDS = {
    "dir": _FILE,
    "fs": _FILE,
    "netfs": _FILE,
    "vstorage": _FILE,
    "sheepdog": _NETWORK,
    "iscsi-direct": _NETWORK,
    "gluster": _NETWORK,
    "rbd": _NETWORK,
}


class Volumes(Part):
    """Volumes."""

    def storage_pool_num_of_volumes(self, pool: Any) -> int:
        return len(self._running(pool.name).volumes)

    def storage_pool_list_volumes(self, pool: Any) -> list[str]:
        return list(self._running(pool.name).volumes)

    def storage_pool_list_all_volumes(self, pool: Any, flags: int = 0) -> list[Volume]:
        self.accept(flags, 0, "testStoragePoolListAllVolumes")
        found = self._pool_of(pool.name)
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
        return self._search_volume(connection, "key", key)

    def storage_vol_lookup_by_path(self, connection: Any, path: str) -> Volume:
        return self._search_volume(connection, "path", path)

    def storage_vol_get_info(self, volume: Any) -> VolumeInfo:
        pool = self._running(volume.pool)
        found = _volume(pool, volume.name)
        return VolumeInfo(_KINDS.get(pool.kind, _BLOCK), found.capacity, found.allocation)

    def storage_vol_get_xml_desc(self, volume: Any, flags: int = 0) -> str:
        self.accept(flags, 0, "testStorageVolGetXMLDesc")
        return str(_volume(self._running(volume.pool), volume.name).format())

    def storage_vol_get_path(self, volume: Any) -> str:
        return str(_volume(self._running(volume.pool), volume.name).target.path)

    # ---- life

    def storage_vol_create_xml(self, pool: Any, xml: str, flags: int = 0) -> Volume:
        self.accept(flags, _VALIDATE, "testStorageVolCreateXML")
        found = self._running(pool.name)
        volume = _read(found, xml, validate=bool(flags & _VALIDATE))
        if volume.name in found.volumes:
            raise OperationFailed("storage vol already exists")
        return self._add_volume(pool.connection, found, volume)

    def storage_vol_create_xml_from(
        self, pool: Any, xml: str, original: Any, flags: int = 0
    ) -> Volume:
        self.accept(flags, _VALIDATE, "testStorageVolCreateXMLFrom")
        found = self._running(pool.name)
        volume = _read(found, xml, validate=bool(flags & _VALIDATE))
        if volume.name in found.volumes:
            raise OperationFailed("storage vol already exists")
        _volume(found, original.name)
        return self._add_volume(pool.connection, found, volume)

    def storage_vol_delete(self, volume: Any, flags: int = 0) -> None:
        self.accept(flags, 0, "testStorageVolDelete")
        pool = self._running(volume.pool)
        found = _volume(pool, volume.name)
        pool.allocation -= found.allocation
        del pool.volumes[found.name]

    def _add_volume(self, connection: Any, pool: StoragePool, volume: Any) -> Volume:
        if pool.allocation + volume.allocation > pool.capacity:
            raise InternalError(f"Not enough free space in pool for volume '{volume.name}'")
        volume.target.path = volume.key = f"{pool.path or '(null)'}/{volume.name}"
        pool.volumes[volume.name] = volume
        pool.allocation += volume.allocation
        return Volume(connection, pool.name, volume.name, volume.key)

    # ---- finding

    def _search_volume(self, connection: Any, by: str, value: str) -> Volume:
        for pool in self.world.pools.values():
            for volume in pool.volumes.values() if pool.active else ():
                if (volume.key if by == "key" else volume.target.path) == value:
                    return Volume(connection, pool.name, volume.name, volume.key)
        raise bare(50, f"Storage volume not found: no storage vol with matching {by} '{value}'")

    def _running(self, name: str) -> StoragePool:
        return self.running_pool(name)  # type: ignore[attr-defined, no-any-return]

    def _pool_of(self, name: str) -> StoragePool:
        return self._pool(name)  # type: ignore[attr-defined, no-any-return]


def _volume(pool: StoragePool, name: str) -> Any:
    volume = pool.volumes.get(name)
    if volume is None:
        raise bare(50, f"Storage volume not found: no storage vol with matching name '{name}'")
    return volume


def _read(pool: StoragePool, xml: str, *, validate: bool) -> Any:
    from vsh.xml.engine.reader import read
    from vsh.xml.storage.volume import StorageVolume

    if validate:
        from vsh.xml.engine.schema import check

        error = check(xml, "storagevol", StorageVolume, pool.kind)
        if error is not None:
            raise error
    return read(xml, StorageVolume, facts=pool.kind)
