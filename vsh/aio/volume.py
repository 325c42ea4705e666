# mypy: disable-error-code="no-any-return"
"""A storage volume.

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""

from __future__ import annotations

from vsh.aio._object import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.aio.pool import Pool
    from vsh.aio.stream import Stream
    from vsh.api.types import Text, u32, u64
    from vsh.api.volume import VolumeInfo
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


class Volume(Object):
    """A volume, known by its key."""

    fields = ("pool", "name", "key")
    pool: Text
    name: Text
    key: Text

    @property
    async def path(self) -> str:
        """Its path on the host."""
        return await self.get_path()

    @property
    async def type(self) -> StorageVolType:
        """What it is: ``StorageVolType.FILE``."""
        from vsh.words.volume import StorageVolType

        return StorageVolType((await self.get_info()).type)

    @property
    async def capacity(self) -> int:
        """Its size as a guest sees it, in bytes."""
        return (await self.get_info()).capacity

    @property
    async def allocation(self) -> int:
        """What it takes on the host, in bytes."""
        return (await self.get_info()).allocation

    @property
    async def xml(self) -> StorageVolume:
        """Its document as a model."""
        from vsh.xml.engine.reader import read
        from vsh.xml.storage.volume import StorageVolume

        return read(await self.get_xml_desc(0), StorageVolume)

    async def delete(self, flags: StorageVolDelete | u32 = 0) -> None:
        """Delete it."""
        await self._ask("delete", flags)

    async def get_info(self) -> VolumeInfo:
        """Kind and sizes in bytes."""
        return await self._ask("get_info")

    async def get_xml_desc(self, flags: u32 = 0) -> Text:
        """Its document."""
        return await self._ask("get_xml_desc", flags)

    async def get_path(self) -> Text:
        """Its path on the host."""
        return await self._ask("get_path")

    async def wipe(self, flags: u32 = 0) -> None:
        """Overwrite its content with zeros."""
        await self._ask("wipe", flags)

    async def upload(
        self, stream: Stream, offset: u64, length: u64, flags: StorageVolUpload | u32 = 0
    ) -> None:
        """Write a stream into it, from byte ``offset`` on; ``length`` 0 for all."""
        await self._ask("upload", stream, offset, length, flags)

    async def download(
        self, stream: Stream, offset: u64, length: u64, flags: StorageVolDownload | u32 = 0
    ) -> None:
        """Read it into a stream, from byte ``offset`` on; ``length`` 0 for all."""
        await self._ask("download", stream, offset, length, flags)

    async def wipe_pattern(self, algorithm: StorageVolWipeAlgorithm | u32, flags: u32 = 0) -> None:
        """Overwrite its content in a given way."""
        await self._ask("wipe_pattern", algorithm, flags)

    async def resize(self, capacity: u64, flags: StorageVolResize | u32 = 0) -> None:
        """Give it another size, in bytes."""
        await self._ask("resize", capacity, flags)

    async def get_info_flags(self, flags: StorageVolInfo | u32 = 0) -> VolumeInfo:
        """Kind and sizes in bytes; with the flag, ``allocation`` is the physical size."""
        return await self._ask("get_info_flags", flags)

    async def pool_lookup_by_volume(self) -> Pool:
        """The pool that it is in."""
        return await self._ask("pool_lookup_by_volume")
