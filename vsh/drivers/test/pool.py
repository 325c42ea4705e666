"""A storage pool: what it is, starting and stopping it, its volumes and making them."""

from __future__ import annotations

from vsh.api import pool as api
from vsh.api.volume import Volume
from vsh.drivers.test import virtual_port
from vsh.drivers.test.part import TestPart
from vsh.errors import InternalError, InvalidArgument, OperationFailed, OperationInvalid
from vsh.words.event import StoragePoolEventLifecycleType
from vsh.words.pool import StoragePoolState
from vsh.words.volume import StorageVolCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.drivers.test.things import Pools, StoragePool
    from vsh.xml.storage.volume import StorageVolume


class Pool(TestPart, answers=api):
    """Answers about a storage pool."""

    @property
    def _pools(self) -> Pools:
        return self.hypervisor.pools

    def is_active(self, pool: api.Pool) -> int:
        with self._pools.query(pool) as found:
            return int(found.active)

    def is_persistent(self, pool: api.Pool) -> int:
        with self._pools.query(pool) as found:
            return int(found.persistent)

    def get_autostart(self, pool: api.Pool) -> int:
        with self._pools.query(pool) as found:
            return int(found.persistent and found.autostart)

    def set_autostart(self, pool: api.Pool, autostart: int) -> None:
        with self._pools.modify(pool) as found:
            if not found.persistent:
                raise InvalidArgument("pool has no config file")
            found.autostart = bool(autostart)

    def get_info(self, pool: api.Pool) -> api.PoolInfo:
        with self._pools.query(pool) as found:
            return api.PoolInfo(
                StoragePoolState.RUNNING if found.active else StoragePoolState.INACTIVE,
                found.capacity,
                found.allocation,
                found.capacity - found.allocation,
            )

    def get_xml_desc(self, pool: api.Pool, flags: int = 0) -> str:
        self.accept(flags, 0, "testStoragePoolGetXMLDesc")
        with self._pools.query(pool) as found:
            return found.text

    # ---- life

    def create(self, pool: api.Pool, flags: int = 0) -> None:
        self.accept(flags, 0, "testStoragePoolCreate")
        with self._pools.modify(pool) as found:
            _check_rests(found)
            found.active = True
            self._tell(found, StoragePoolEventLifecycleType.STARTED)

    def destroy(self, pool: api.Pool) -> None:
        with self._pools.running(pool.name, change=True) as found:
            found.active = False
            adapter = found.definition.source.adapter
            if adapter is not None and adapter.type == "fc_host":
                virtual_port.drop(self)
            if not found.persistent:
                self._pools.remove(found)
            self._tell(found, StoragePoolEventLifecycleType.STOPPED)

    def undefine(self, pool: api.Pool) -> None:
        with self._pools.modify(pool) as found:
            _check_rests(found)
            self._pools.remove(found)
            self._tell(found, StoragePoolEventLifecycleType.UNDEFINED)

    def build(self, pool: api.Pool, flags: int = 0) -> None:
        self.accept(flags, 0, "testStoragePoolBuild")
        with self._pools.modify(pool) as found:
            _check_rests(found)
            self._tell(found, StoragePoolEventLifecycleType.CREATED)

    def delete(self, pool: api.Pool, flags: int = 0) -> None:
        self.accept(flags, 0, "testStoragePoolDelete")
        with self._pools.modify(pool) as found:
            _check_rests(found)
            self._tell(found, StoragePoolEventLifecycleType.DELETED)

    def refresh(self, pool: api.Pool, flags: int = 0) -> None:
        self.accept(flags, 0, "testStoragePoolRefresh")
        with self._pools.running(pool.name, change=True) as found:
            self._tell(found)

    # ---- volumes

    def num_of_volumes(self, pool: api.Pool) -> int:
        with self._pools.running(pool.name) as found:
            return len(found.volumes)

    def list_volumes(self, pool: api.Pool) -> list[str]:
        with self._pools.running(pool.name) as found:
            return list(found.volumes)

    def list_all_volumes(self, pool: api.Pool, flags: int = 0) -> list[Volume]:
        self.accept(flags, 0, "testStoragePoolListAllVolumes")
        with self._pools.query(pool) as found:
            if not found.active:
                raise OperationInvalid("storage pool is not active")
            return [
                Volume(pool.connection, found.name, volume.name, volume.key)
                for volume in found.volumes.values()
            ]

    def vol_lookup_by_name(self, pool: api.Pool, name: str) -> Volume:
        with self._pools.running(pool.name) as found:
            volume = found.volume(name)
            return Volume(pool.connection, found.name, volume.name, volume.key)

    def vol_create_xml(self, pool: api.Pool, xml: str, flags: int = 0) -> Volume:
        self.accept(flags, StorageVolCreate.VALIDATE, "testStorageVolCreateXML")
        with self._pools.running(pool.name, change=True) as found:
            volume = _read(found, xml, validate=bool(flags & StorageVolCreate.VALIDATE))
            if volume.name in found.volumes:
                raise OperationFailed("storage vol already exists")
            return _added(pool.connection, found, volume)

    def vol_create_xml_from(
        self, pool: api.Pool, xml: str, original: Volume, flags: int = 0
    ) -> Volume:
        self.accept(flags, StorageVolCreate.VALIDATE, "testStorageVolCreateXMLFrom")
        with self._pools.running(pool.name, change=True) as found:
            volume = _read(found, xml, validate=bool(flags & StorageVolCreate.VALIDATE))
            if volume.name in found.volumes:
                raise OperationFailed("storage vol already exists")
            found.volume(original.name)
            return _added(pool.connection, found, volume)

    def _tell(self, pool: StoragePool, event: int | None = None) -> None:
        """Tell whoever listens of a turn in its life, or that it was refreshed."""
        from vsh.words.event_id import StoragePoolEventID

        known = (pool.name, pool.uuid)
        number, values = (
            (StoragePoolEventID.REFRESH, ())
            if event is None
            else (StoragePoolEventID.LIFECYCLE, (event, 0))
        )
        self.tell("pool", number, pool.uuid, lambda asker: api.Pool(asker, *known), *values)


def _check_rests(pool: StoragePool) -> None:
    if pool.active:
        raise OperationInvalid(f"storage pool '{pool.name}' is active")


def _added(connection: Connection, pool: StoragePool, volume: StorageVolume) -> Volume:
    allocation = volume.allocation or 0
    if pool.allocation + allocation > pool.capacity:
        raise InternalError(f"Not enough free space in pool for volume '{volume.name}'")
    name = str(volume.name)
    volume.key = f"{pool.path or '(null)'}/{name}"
    if volume.target is not None:
        volume.target.path = volume.key
    pool.volumes[name] = volume
    pool.allocation += allocation
    return Volume(connection, pool.name, name, volume.key)


def _read(pool: StoragePool, xml: str, *, validate: bool) -> StorageVolume:
    from vsh.xml.engine.reader import read
    from vsh.xml.storage.volume import StorageVolume

    if validate:
        from vsh.xml.schema import check

        error = check(xml, "storagevol", StorageVolume)
        if error is not None:
            raise error
    return read(xml, StorageVolume, facts=pool.kind)
