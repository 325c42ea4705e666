"""A volume: what it is, and deleting it."""

from __future__ import annotations

from vsh.api import volume as api
from vsh.api.pool import Pool
from vsh.drivers.test import things
from vsh.drivers.test.part import TestPart
from vsh.words.volume import StorageVolType

_KINDS = {
    "dir": StorageVolType.FILE,
    "fs": StorageVolType.FILE,
    "netfs": StorageVolType.FILE,
    "vstorage": StorageVolType.FILE,
    "sheepdog": StorageVolType.NETWORK,
    "iscsi-direct": StorageVolType.NETWORK,
    "gluster": StorageVolType.NETWORK,
    "rbd": StorageVolType.NETWORK,
}
"""What volumes are, by the type of the pool."""


class Volume(TestPart, answers=api):
    """Answers about a volume."""

    def pool_lookup_by_volume(self, volume: api.Volume) -> Pool:
        found = self.hypervisor.pools.called(volume.pool)
        return Pool(volume.connection, found.name, found.uuid)

    def get_info(self, volume: api.Volume) -> api.VolumeInfo:
        with self.hypervisor.pools.running(volume.pool) as pool:
            found = pool.volume(volume.name)
            return api.VolumeInfo(
                _KINDS.get(pool.kind, StorageVolType.BLOCK), found.capacity, found.allocation
            )

    def get_xml_desc(self, volume: api.Volume, flags: int = 0) -> str:
        self.accept(flags, 0, "testStorageVolGetXMLDesc")
        with self.hypervisor.pools.running(volume.pool) as pool:
            return str(pool.volume(volume.name).format())

    def get_path(self, volume: api.Volume) -> str:
        with self.hypervisor.pools.running(volume.pool) as pool:
            return str(things.path_of(pool.volume(volume.name)))

    def delete(self, volume: api.Volume, flags: int = 0) -> None:
        self.accept(flags, 0, "testStorageVolDelete")
        with self.hypervisor.pools.running(volume.pool, change=True) as pool:
            found = pool.volume(volume.name)
            pool.allocation -= found.allocation or 0
            del pool.volumes[volume.name]
