"""The volumes of this machine's storage pools: what one is, changing it, its bytes."""

from __future__ import annotations

from functools import partial

from vsh.api import volume as api
from vsh.api.pool import Pool
from vsh.drivers.driver import in_a_hurry
from vsh.drivers.host.pool import tell
from vsh.drivers.part import Part
from vsh.errors import InvalidArgument, OperationFailed
from vsh.words.event_id import StoragePoolEventID
from vsh.words.volume import (
    StorageVolDownload,
    StorageVolInfo,
    StorageVolResize,
    StorageVolType,
    StorageVolUpload,
    StorageVolWipeAlgorithm,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from vsh.api.stream import Stream
    from vsh.drivers.host import HostDriver
    from vsh.drivers.host.pool.pools import Pool as Kept
    from vsh.drivers.host.pool.pools import Pools

_TYPES = {
    "file": StorageVolType.FILE,
    "block": StorageVolType.BLOCK,
    "dir": StorageVolType.DIR,
    "network": StorageVolType.NETWORK,
    "netdir": StorageVolType.NETDIR,
    "ploop": StorageVolType.PLOOP,
}


class Volume(Part, answers=api):
    """Answers about a volume."""

    prefix = "storage"
    driver: HostDriver

    @property
    def _pools(self) -> Pools:
        return self.driver.hypervisor.pools

    def pool_lookup_by_volume(self, volume: api.Volume) -> Pool:
        found = self._pools.called(volume.pool)
        return Pool(volume.connection, found.name, found.uuid)

    def get_info(self, volume: api.Volume) -> api.VolumeInfo:
        return self.get_info_flags(volume, 0)

    def get_info_flags(self, volume: api.Volume, flags: int = 0) -> api.VolumeInfo:
        self.accept(flags, StorageVolInfo.GET_PHYSICAL, "storageVolGetInfoFlags")
        with self._looked_at(volume) as pool:
            found = pool.fresh(volume.name)
            size = found.physical if flags & StorageVolInfo.GET_PHYSICAL else found.allocation
            return api.VolumeInfo(_TYPES[str(found.type)], found.capacity or 0, size or 0)

    def _looked_at(self, volume: api.Volume) -> AbstractContextManager[Kept]:
        if in_a_hurry():
            return self._pools.at_hand(self._pools.called(volume.pool), volume.name)
        return self._pools.running(volume.pool)

    def get_xml_desc(self, volume: api.Volume, flags: int = 0) -> str:
        from vsh.drivers.host.volume import passphrase

        self.accept(flags, 0, "storageVolGetXMLDesc")
        with self._pools.running(volume.pool) as pool:
            found = pool.volume(volume.name)
            pool.update(found)
            passphrase.name(self.driver.hypervisor.secrets, found)
            return found.format()

    def get_path(self, volume: api.Volume) -> str:
        """A daemon answers this in its loop: it waits for nobody who holds a pool that is known."""
        pool = self._pools.called(volume.pool)
        if not pool.active:
            raise self._pools.resting(pool)
        known = pool.known_path(volume.name)
        if known is not None:
            return known
        with self._pools.running(volume.pool) as pool:
            return pool.path_of(volume.name)

    def delete(self, volume: api.Volume, flags: int = 0) -> None:
        with self._pools.running(volume.pool, change=True) as pool:
            found = pool.free(volume.name)
            self.accept(flags, pool.backend.deletes, pool.backend.deleting_volume)
            pool.backend.remove(pool, found, flags)
            if pool.kind == "disk":
                return  # it was looked at anew
            del pool.volumes[str(found.name)]
            definition = pool.definition
            definition.allocation = (definition.allocation or 0) - (found.allocation or 0)
            definition.available = (definition.available or 0) + (found.allocation or 0)

    def resize(self, volume: api.Volume, capacity: int, flags: int = 0) -> None:
        known = StorageVolResize.ALLOCATE | StorageVolResize.DELTA | StorageVolResize.SHRINK
        self.accept(flags, known, "storageVolResize")
        if not capacity and not flags & (StorageVolResize.DELTA | StorageVolResize.SHRINK):
            raise InvalidArgument.whole(
                "capacity in virStorageVolResize cannot be zero without 'delta' or 'shrink' flags "
                "set"
            )
        with self._pools.running(volume.pool, change=True) as pool:
            found = pool.free(volume.name)
            before, taken = found.capacity or 0, found.allocation or 0
            wanted = capacity
            if flags & StorageVolResize.DELTA:
                shrink = flags & StorageVolResize.SHRINK
                wanted = before - min(capacity, before) if shrink else before + capacity
            if wanted < taken:
                raise InvalidArgument("can't shrink capacity below existing allocation")
            if wanted < before and not flags & StorageVolResize.SHRINK:
                raise InvalidArgument(
                    "Can't shrink capacity below current capacity unless shrink flag explicitly "
                    "specified"
                )
            allocate = bool(flags & StorageVolResize.ALLOCATE)
            more = wanted - taken if allocate else 0
            definition = pool.definition
            if more > (definition.available or 0):
                raise OperationFailed("Not enough space left in storage pool")
            secrets = self.driver.hypervisor.secrets
            pool.backend.resize(pool, found, wanted, secrets, allocate=allocate)
            found.capacity = wanted
            if allocate:
                found.allocation = wanted
                definition.allocation = (definition.allocation or 0) + more
                definition.available = (definition.available or 0) - more

    def wipe(self, volume: api.Volume, flags: int = 0) -> None:
        self.wipe_pattern(volume, StorageVolWipeAlgorithm.ZERO, flags)

    def wipe_pattern(self, volume: api.Volume, algorithm: int, flags: int = 0) -> None:
        self.accept(flags, 0, "storageVolWipePattern")
        if algorithm not in list(StorageVolWipeAlgorithm):
            raise InvalidArgument(f"wiping algorithm {algorithm} not supported")
        with self._pools.working(volume.pool, volume.name) as (pool, found):
            pool.backend.wipe(pool, found, algorithm, self.driver.hypervisor.secrets)
            with pool:
                if pool.backend.folder:
                    pool.volumes[volume.name] = None  # it may be no image any more
                pool.update(pool.volume(volume.name))

    def upload(
        self, volume: api.Volume, stream: Stream, offset: int, length: int, flags: int = 0
    ) -> None:
        self.accept(flags, StorageVolUpload.SPARSE_STREAM, "storageVolUpload")
        self._open(volume, stream, offset, length, write=True, sparse=bool(flags))

    def download(
        self, volume: api.Volume, stream: Stream, offset: int, length: int, flags: int = 0
    ) -> None:
        self.accept(flags, StorageVolDownload.SPARSE_STREAM, "storageVolDownload")
        self._open(volume, stream, offset, length, write=False, sparse=bool(flags))

    def _open(
        self,
        volume: api.Volume,
        stream: Stream,
        offset: int,
        length: int,
        *,
        write: bool,
        sparse: bool,
    ) -> None:
        with self._pools.running(volume.pool) as pool:
            found = pool.free(volume.name, to_read=not write)
            stream.channel = pool.backend.content(
                found,
                offset,
                length,
                write=write,
                sparse=sparse,
                finished=partial(self._uploaded, pool) if write else None,
            )

    def _uploaded(self, pool: Kept) -> None:
        """A volume was written to: its pool is looked at anew, where nobody works in it."""
        with pool:
            if pool.active and not (pool.making or pool.used):
                pool.forget()
                pool.look()
                tell(self.driver.hypervisor.bus, pool, StoragePoolEventID.REFRESH)
