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


class VolumeInfo(Record):
    """Kind (``enums.storage.VolumeType``) and sizes in bytes."""

    type: i8
    capacity: u64
    allocation: u64


class VolumePool(Object):
    """The call that finds a volume's pool."""

    __slots__ = ()
    prefix = "storage_"
    kind = "Volume"

    @call(86, acl="storage_pool:getattr")
    def pool_lookup_by_volume(self) -> Pool:
        """Storage pool lookup by volume."""


class Volume(VolumePool):
    """A volume, known by its key."""

    __slots__ = ()
    prefix = "storage_vol_"
    kind = "Volume"
    fields = ("pool", "name", "key")
    pool: Text
    name: Text
    key: Text

    @call(94, acl="storage_vol:delete")
    def delete(self, flags: u32 = 0) -> None:
        """Storage vol delete."""

    @call(98, acl="storage_vol:read")
    def get_info(self) -> VolumeInfo:
        """Storage vol get info."""

    @call(99, acl="storage_vol:read")
    def get_xml_desc(self, flags: u32 = 0) -> Text:
        """Storage vol get xml desc."""

    @call(100, acl="storage_vol:read")
    def get_path(self) -> Text:
        """Storage vol get path."""

    @call(165, acl="storage_vol:format")
    def wipe(self, flags: u32 = 0) -> None:
        """Storage vol wipe."""

    @call(208, acl="storage_vol:data_write", stream="write", sparse=1)
    def upload(self, stream: Stream, offset: u64, length: u64, flags: u32 = 0) -> None:
        """Storage vol upload."""

    @call(209, acl="storage_vol:data_read", stream="read", sparse=1)
    def download(self, stream: Stream, offset: u64, length: u64, flags: u32 = 0) -> None:
        """Storage vol download."""

    @call(259, acl="storage_vol:format")
    def wipe_pattern(self, algorithm: u32, flags: u32 = 0) -> None:
        """Storage vol wipe pattern."""

    @call(260, acl="storage_vol:resize")
    def resize(self, capacity: u64, flags: u32 = 0) -> None:
        """Storage vol resize."""

    @call(378, acl="storage_vol:read")
    def get_info_flags(self, flags: u32 = 0) -> VolumeInfo:
        """Storage vol get info flags."""
