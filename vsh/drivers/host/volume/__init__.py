"""The volumes of this machine's storage pools: what one is, changing it, its bytes."""

from __future__ import annotations

from vsh.api import volume as api
from vsh.api.pool import Pool
from vsh.drivers.part import Part
from vsh.errors import InvalidArgument, NoStorageVolume, OperationFailed
from vsh.words.volume import (
    StorageVolDelete,
    StorageVolDownload,
    StorageVolInfo,
    StorageVolResize,
    StorageVolType,
    StorageVolUpload,
    StorageVolWipeAlgorithm,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.stream import Stream
    from vsh.drivers.host import HostDriver
    from vsh.drivers.host.pool.pools import Pool as Kept
    from vsh.drivers.host.pool.pools import Pools
    from vsh.xml.storage.volume import StorageVolume

_TYPES = {
    "file": StorageVolType.FILE,
    "block": StorageVolType.BLOCK,
    "dir": StorageVolType.DIR,
    "network": StorageVolType.NETWORK,
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
        with self._pools.running(volume.pool) as pool:
            found = pool.volume(volume.name)
            _update(pool, found)
            size = found.physical if flags & StorageVolInfo.GET_PHYSICAL else found.allocation
            return api.VolumeInfo(_TYPES[str(found.type)], found.capacity or 0, size or 0)

    def get_xml_desc(self, volume: api.Volume, flags: int = 0) -> str:
        from vsh.drivers.host.volume import passphrase

        self.accept(flags, 0, "storageVolGetXMLDesc")
        with self._pools.running(volume.pool) as pool:
            found = pool.volume(volume.name)
            _update(pool, found)
            passphrase.name(self.driver.hypervisor.secrets, found)
            return found.format()

    def get_path(self, volume: api.Volume) -> str:
        with self._pools.running(volume.pool) as pool:
            return pool.path_of(volume.name)

    def delete(self, volume: api.Volume, flags: int = 0) -> None:
        with self._pools.running(volume.pool, change=True) as pool:
            found = pool.volume(volume.name)
            self.accept(flags & ~StorageVolDelete.ZEROED, 0, "virStorageBackendVolDeleteLocal")
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
        with self._pools.running(volume.pool, change=True) as pool:
            found = pool.volume(volume.name)
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
            pool.backend.resize(found, wanted, secrets, allocate=allocate)
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
        with self._pools.running(volume.pool, change=True) as pool:
            found = pool.volume(volume.name)
            pool.backend.wipe(pool, found, algorithm, self.driver.hypervisor.secrets)
            _update(pool, found)

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
        from vsh.drivers.host.volume.content import Content

        with self._pools.running(volume.pool, change=write) as pool:
            found = pool.volume(volume.name)
            pool.backend.check_stream(found, write=write)
            stream.channel = Content(_path(found), offset, length, write=write, sparse=sparse)


def _path(volume: StorageVolume) -> str:
    from vsh.drivers.host.volume.files import located

    return located(volume)[1]


def _update(pool: Kept, volume: StorageVolume) -> None:
    """Bring a volume's sizes up to date.  Raises NoStorageVolume where it has gone."""
    from vsh.drivers.host.volume import files

    try:
        pool.backend.update(pool, volume)
    except files.NotAVolume:
        raise NoStorageVolume.whole(
            f"Storage volume not found: no storage vol with matching path '{_path(volume)}'"
        ) from None
