"""The storage pools of this machine: what one is, starting and stopping it, its volumes."""

from __future__ import annotations

from vsh.api import pool as api
from vsh.api.volume import Volume
from vsh.drivers.driver import in_a_hurry
from vsh.drivers.part import Part
from vsh.drivers.state.attempts import Ignoring
from vsh.errors import (
    Error,
    InternalError,
    InvalidArgument,
    NoSupport,
    OperationInvalid,
    StorageVolumeExists,
)
from vsh.words.event import StoragePoolEventLifecycleType
from vsh.words.event_id import StoragePoolEventID
from vsh.words.pool import StoragePoolCreate, StoragePoolDelete, StoragePoolState, StorageXML
from vsh.words.volume import StorageVolCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.host import HostDriver
    from vsh.drivers.host.pool.pools import Pool as Kept
    from vsh.drivers.host.pool.pools import Pools
    from vsh.drivers.state.bus import Bus
    from vsh.xml.storage.volume import StorageVolume


CREATE_FLAGS = (
    StoragePoolCreate.WITH_BUILD
    | StoragePoolCreate.WITH_BUILD_OVERWRITE
    | StoragePoolCreate.WITH_BUILD_NO_OVERWRITE
)


class Pool(Part, answers=api):
    """Answers about a storage pool."""

    prefix = "storage"
    driver: HostDriver

    @property
    def _pools(self) -> Pools:
        return self.driver.hypervisor.pools

    # a daemon answers these in its loop: they wait for nobody who holds the pool

    def is_active(self, pool: api.Pool) -> int:
        return int(self._pools.find(pool).active)

    def is_persistent(self, pool: api.Pool) -> int:
        return int(self._pools.find(pool).persistent)

    def get_autostart(self, pool: api.Pool) -> int:
        found = self._pools.find(pool)
        return int(found.persistent and found.autostart)

    def set_autostart(self, pool: api.Pool, autostart: int) -> None:
        with self._pools.modify(pool) as found:
            if not found.persistent:
                raise InternalError("pool has no config file")
            found.autostart = bool(autostart)

    def get_info(self, pool: api.Pool) -> api.PoolInfo:
        pools = self._pools
        with pools.at_hand(pools.find(pool)) if in_a_hurry() else pools.query(pool) as found:
            state = StoragePoolState.RUNNING if found.active else StoragePoolState.INACTIVE
            capacity, allocation, available = found.sizes
            return api.PoolInfo(state, capacity or 0, allocation or 0, available or 0)

    def get_xml_desc(self, pool: api.Pool, flags: int = 0) -> str:
        self.accept(flags, StorageXML.INACTIVE, "storagePoolGetXMLDesc")
        with self._pools.query(pool) as found:
            if flags & StorageXML.INACTIVE and found.planned is not None:
                return found.planned.format()
            if found.active and found.kind == "disk":
                found.look()  # the room between them is in the document
            return found.definition.format()

    # ---- life

    def create(self, pool: api.Pool, flags: int = 0) -> None:
        self.accept(flags, CREATE_FLAGS, "storagePoolCreate")
        check_builds(flags)
        with self._pools.modify(pool) as found:
            if found.active:
                raise OperationInvalid(f"storage pool '{found.name}' is already active")
            self._pools.start(found, flags)
            self._turned(found, StoragePoolEventLifecycleType.STARTED)

    def destroy(self, pool: api.Pool) -> None:
        with self._pools.running(pool.name, change=True) as found:
            found.check_idle()
            found.backend.stop(found)
            found.forget()
            found.active = False
            self._turned(found, StoragePoolEventLifecycleType.STOPPED)
            if not found.persistent:
                self._pools.remove(found, ended=True)
            elif found.planned is not None:
                found.definition, found.planned = found.planned, None

    def undefine(self, pool: api.Pool) -> None:
        with self._pools.modify(pool) as found:
            _check_rests(found)
            self._pools.remove(found)
            self._turned(found, StoragePoolEventLifecycleType.UNDEFINED)

    def build(self, pool: api.Pool, flags: int = 0) -> None:
        with self._pools.modify(pool) as found:
            backend = found.backend
            if found.active:
                raise OperationInvalid(f"storage pool '{found.name}' is already active")
            if backend.builds is not None:
                self.accept(flags, backend.builds, backend.building)
            self._pools.build(found, flags)
            self._turned(found, StoragePoolEventLifecycleType.CREATED)

    def delete(self, pool: api.Pool, flags: int = 0) -> None:
        with self._pools.modify(pool) as found:
            backend = found.backend
            _check_rests(found)
            self.accept(flags & ~StoragePoolDelete.ZEROED, 0, backend.deleting)
            backend.delete(found)
            self._turned(found, StoragePoolEventLifecycleType.DELETED)

    def refresh(self, pool: api.Pool, flags: int = 0) -> None:
        self.accept(flags, 0, "storagePoolRefresh")
        with self._pools.running(pool.name, change=True) as found:
            found.check_idle()
            found.forget()
            found.look()
            tell(self.driver.hypervisor.bus, found, StoragePoolEventID.REFRESH)

    # ---- volumes

    def num_of_volumes(self, pool: api.Pool) -> int:
        with self._pools.running(pool.name) as found:
            return len(found.volumes)

    def list_volumes(self, pool: api.Pool) -> list[str]:
        with self._pools.running(pool.name) as found:
            return list(found.volumes)

    def list_all_volumes(self, pool: api.Pool, flags: int = 0) -> list[Volume]:
        self.accept(flags, 0, "storagePoolListAllVolumes")
        with self._pools.running(pool.name) as found:
            return [
                Volume(pool.connection, found.name, name, found.key(name)) for name in found.volumes
            ]

    def vol_lookup_by_name(self, pool: api.Pool, name: str) -> Volume:
        with self._pools.running(pool.name) as found:
            found.check(name)
            return Volume(pool.connection, found.name, name, found.key(name))

    def vol_create_xml(self, pool: api.Pool, xml: str, flags: int = 0) -> Volume:
        known = StorageVolCreate.PREALLOC_METADATA | StorageVolCreate.VALIDATE
        self.accept(flags, known, "storageVolCreateXML")
        with self._pools.running(pool.name, change=True) as found:
            volume = _read(found, xml, flags)
            if not volume.capacity and found.backend.capacious:
                raise NoSupport("volume capacity required for this storage pool")
            if volume.name in found.volumes:
                raise StorageVolumeExists(f"'{volume.name}'")
            self._begin(found, volume, None)
        return self._made(pool, found, volume, None, flags)

    def vol_create_xml_from(
        self, pool: api.Pool, xml: str, original: Volume, flags: int = 0
    ) -> Volume:
        known = (
            StorageVolCreate.PREALLOC_METADATA
            | StorageVolCreate.REFLINK
            | StorageVolCreate.VALIDATE
        )
        self.accept(flags, known, "storageVolCreateXMLFrom")
        read = self._pools.working(original.pool, original.name, to_read=True)
        with read as (origin, source):
            with origin:
                origin.update(source)
                source = source.copy()
            with self._pools.running(pool.name, change=True) as found:
                volume = _read(found, xml, flags, cloned=True)
                if volume.name in found.volumes:
                    raise InternalError(f"storage volume name '{volume.name}' already in use.")
                volume.capacity = max(volume.capacity or 0, source.capacity or 0)
                if not volume.has_allocation:
                    volume.allocation = volume.capacity
                if not found.backend.fills:
                    raise NoSupport(
                        "storage pool does not support volume creation from an existing volume"
                    )
                self._begin(found, volume, source)
            return self._made(pool, found, volume, source, flags)

    def _begin(self, found: Kept, volume: StorageVolume, source: StorageVolume | None) -> None:
        """Begin to make a volume of a pool that is held: from now on it is one of the pool's."""
        backend, name = found.backend, str(volume.name)
        backend.place(found, volume)
        self._pools.begin_making(found, name)
        try:
            backend.make(found, volume, source)
        except BaseException:
            self._pools.end_making(found, name)
            raise
        found.volumes[name] = volume

    def _made(
        self,
        pool: api.Pool,
        found: Kept,
        volume: StorageVolume,
        source: StorageVolume | None,
        flags: int,
    ) -> Volume:
        """Give a volume that was begun its contents, the pool not held; nothing stays of half."""
        from vsh.signals import cleaning_up

        backend, name = found.backend, str(volume.name)
        with cleaning_up():
            try:
                backend.fill(
                    found,
                    volume.copy(),  # its sizes are those of the moment
                    source,
                    self.driver.hypervisor.secrets,
                    preallocate=bool(flags & StorageVolCreate.PREALLOC_METADATA),
                    reflink=bool(flags & StorageVolCreate.REFLINK),
                )
                with found:
                    self._finish(found, volume)
                    found.volumes[name] = volume
                    self._pools.end_making(found, name)
            except BaseException:
                self._given_up(found, name)
                raise
        return Volume(pool.connection, found.name, name, str(volume.key))

    def _given_up(self, found: Kept, name: str) -> None:
        """Take away what there is of a volume that could not be made."""
        with found:
            found.volumes.pop(name, None)
            with Ignoring(Error):  # the first reason stands
                found.backend.discard(found, name)
            self._pools.end_making(found, name)

    def _finish(self, found: Kept, volume: StorageVolume) -> None:
        from vsh.drivers.host.volume import files

        try:
            found.backend.finish(found, volume)
        except files.NotAVolume as error:
            raise NoSupport.whole(f"Storage volume not found: {error}") from None
        if found.kind != "disk":  # where it is looked for anew
            definition = found.definition
            definition.allocation = (definition.allocation or 0) + (volume.allocation or 0)
            definition.available = (definition.available or 0) - (volume.allocation or 0)

    def _turned(self, pool: Kept, event: int) -> None:
        """Tell whoever listens of a turn in its life."""
        tell(self.driver.hypervisor.bus, pool, StoragePoolEventID.LIFECYCLE, int(event), 0)


def tell(bus: Bus, pool: Kept, number: int, *values: object) -> None:
    """Tell whoever listens that something happened to a pool."""
    known = (pool.name, pool.uuid)
    bus.tell("pool", number, pool.uuid, lambda asker: api.Pool(asker, *known), *values)


def check_builds(flags: int) -> None:
    """Refuse two ways to build at once.  Raises InvalidArgument."""
    both = StoragePoolCreate.WITH_BUILD_OVERWRITE | StoragePoolCreate.WITH_BUILD_NO_OVERWRITE
    if flags & both == both:
        raise InvalidArgument.whole(
            "Flags 'VIR_STORAGE_POOL_CREATE_WITH_BUILD_OVERWRITE' and "
            "'VIR_STORAGE_POOL_CREATE_WITH_BUILD_NO_OVERWRITE' in storagePoolCreate are mutually "
            "exclusive"
        )


def _check_rests(pool: Kept) -> None:
    if pool.active:
        raise OperationInvalid(f"storage pool '{pool.name}' is still active")


def _read(pool: Kept, xml: str, flags: int, *, cloned: bool = False) -> StorageVolume:
    from vsh.xml.engine.reader import read
    from vsh.xml.storage.volume import ClonedVolume, StorageVolume

    model = ClonedVolume if cloned else StorageVolume
    if flags & StorageVolCreate.VALIDATE:
        from vsh.xml.schema import check

        error = check(xml, "storagevol", model)
        if error is not None:
            raise error
    return read(xml, model, facts=pool.kind)
