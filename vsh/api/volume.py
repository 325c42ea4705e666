# mypy: disable-error-code="empty-body"
"""A storage volume."""

from __future__ import annotations

from vsh.api._call import Object, call
from vsh.api.types import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.pool import Pool
    from vsh.api.stream import Stream
    from vsh.api.types import Text, i8, u32, u64
    from vsh.words.volume import (
        StorageVolDelete,
        StorageVolDownload,
        StorageVolInfo,
        StorageVolResize,
        StorageVolType,
        StorageVolUpload,
        StorageVolWipeAlgorithm,
    )
    from vsh.xml.storage.volume import StorageVolume


class VolumeInfo(Record):
    """Kind (``StorageVolType``) and sizes in bytes."""

    type: i8
    capacity: u64
    allocation: u64


class Volume(Object):
    """A volume, known by its key."""

    __slots__ = ()
    kind = "Volume"
    fields = ("pool", "name", "key")
    pool: Text
    name: Text
    key: Text

    @call(94, "storage_vol_delete", acl="storage_vol:delete")
    def delete(self, flags: StorageVolDelete | u32 = 0) -> None:
        """Delete it."""

    @call(98, "storage_vol_get_info", acl="storage_vol:read", quick=True)
    def get_info(self) -> VolumeInfo:
        """Kind and sizes in bytes."""

    @call(99, "storage_vol_get_xml_desc", api="virStorageVolGetXMLDesc", acl="storage_vol:read")
    def get_xml_desc(self, flags: u32 = 0) -> Text:
        """Its document."""

    @call(100, "storage_vol_get_path", acl="storage_vol:read", quick=True)
    def get_path(self) -> Text:
        """Its path on the host."""

    @call(165, "storage_vol_wipe", acl="storage_vol:format")
    def wipe(self, flags: u32 = 0) -> None:
        """Overwrite its content with zeros."""

    @call(
        208,
        "storage_vol_upload",
        acl="storage_vol:data_write",
        stream="write",
        sparse="SPARSE_STREAM",
    )
    def upload(
        self, stream: Stream, offset: u64, length: u64, flags: StorageVolUpload | u32 = 0
    ) -> None:
        """Write a stream into it, from byte ``offset`` on; ``length`` 0 for all."""

    @call(
        209,
        "storage_vol_download",
        acl="storage_vol:data_read",
        stream="read",
        sparse="SPARSE_STREAM",
    )
    def download(
        self, stream: Stream, offset: u64, length: u64, flags: StorageVolDownload | u32 = 0
    ) -> None:
        """Read it into a stream, from byte ``offset`` on; ``length`` 0 for all."""

    @call(259, "storage_vol_wipe_pattern", acl="storage_vol:format")
    def wipe_pattern(self, algorithm: StorageVolWipeAlgorithm | u32, flags: u32 = 0) -> None:
        """Overwrite its content in a given way."""

    @call(260, "storage_vol_resize", acl="storage_vol:resize")
    def resize(self, capacity: u64, flags: StorageVolResize | u32 = 0) -> None:
        """Give it another size, in bytes."""

    @call(378, "storage_vol_get_info_flags", acl="storage_vol:read", quick=True)
    def get_info_flags(self, flags: StorageVolInfo | u32 = 0) -> VolumeInfo:
        """Kind and sizes in bytes; with the flag, ``allocation`` is the physical size."""

    @call(86, "storage_pool_lookup_by_volume", acl="storage_pool:getattr")
    def pool_lookup_by_volume(self) -> Pool:
        """The pool that it is in."""

    @property
    def path(self) -> str:
        """Its path on the host."""
        return self.get_path()

    @property
    def type(self) -> StorageVolType:
        """What it is: ``StorageVolType.FILE``."""
        from vsh.words.volume import StorageVolType

        return StorageVolType(self.get_info().type)

    @property
    def capacity(self) -> int:
        """Its size as a guest sees it, in bytes."""
        return self.get_info().capacity

    @property
    def allocation(self) -> int:
        """What it takes on the host, in bytes."""
        return self.get_info().allocation

    @property
    def xml(self) -> StorageVolume:
        """Its document as a model."""
        from vsh.xml.engine.reader import read
        from vsh.xml.storage.volume import StorageVolume

        return read(self.get_xml_desc(0), StorageVolume)
