# mypy: disable-error-code="no-any-return"
"""A storage pool.

Written by scripts/gen_aio.py from vsh/api: change that, or the script.
"""

from __future__ import annotations

from vsh.aio._object import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.aio.collection import Volumes
    from vsh.aio.editing import Edit
    from vsh.aio.volume import Volume
    from vsh.api.pool import PoolInfo
    from vsh.api.types import UUID, Text, i32, u32
    from vsh.words.pool import (
        StoragePoolBuild,
        StoragePoolCreate,
        StoragePoolDelete,
        StoragePoolState,
        StorageXML,
    )
    from vsh.words.volume import StorageVolCreate
    from vsh.xml.storage.pool import StoragePool


class Pool(Object):
    """A pool, known by its UUID."""

    fields = ("name", "uuid")
    name: Text
    uuid: UUID

    @property
    async def active(self) -> bool:
        """Whether it runs."""
        return bool(await self.is_active())

    @property
    async def persistent(self) -> bool:
        """Whether it has a definition, which stays when it stops."""
        return bool(await self.is_persistent())

    @property
    async def autostart(self) -> bool:
        """Whether it starts with the host."""
        return bool(await self.get_autostart())

    @property
    async def state(self) -> StoragePoolState:
        """What it is doing: ``StoragePoolState.RUNNING``."""
        from vsh.words.pool import StoragePoolState

        return StoragePoolState((await self.get_info()).state)

    @property
    async def info(self) -> PoolInfo:
        """State and sizes in bytes: ``capacity``, ``allocation``, ``available``."""
        return await self.get_info()

    @property
    def volumes(self) -> Volumes:
        """Its volumes, by name."""
        from vsh.aio.collection import Volumes

        return Volumes(self)

    @property
    async def xml(self) -> StoragePool:
        """Its document as a model; changing that changes nothing: see ``edit``."""
        from vsh.xml.engine.reader import read
        from vsh.xml.storage.pool import StoragePool

        return read(await self.get_xml_desc(0), StoragePool)

    def edit(self) -> Edit[StoragePool]:
        """Change the definition: ``with pool.edit() as xml: ...``, as ``Domain.edit`` does."""
        from vsh.aio.editing import Edit, inactive
        from vsh.words.pool import StoragePoolDefine, StorageXML
        from vsh.xml.storage.pool import StoragePool

        define = self.connection.storage_pool_define_xml
        return Edit(
            "storage pool",
            self.name,
            lambda: inactive(self.get_xml_desc, StorageXML.INACTIVE),
            lambda text: define(text, StoragePoolDefine.VALIDATE),
            StoragePool,
        )

    async def create(self, flags: StoragePoolCreate | u32 = 0) -> None:
        """Start it."""
        await self._ask("create", flags)

    async def build(self, flags: StoragePoolBuild | u32 = 0) -> None:
        """Make what it needs on the host: a directory, a file system."""
        await self._ask("build", flags)

    async def destroy(self) -> None:
        """Stop it; its content stays."""
        await self._ask("destroy")

    async def delete(self, flags: StoragePoolDelete | u32 = 0) -> None:
        """Delete what it is made of on the host, with its content."""
        await self._ask("delete", flags)

    async def undefine(self) -> None:
        """Forget its definition."""
        await self._ask("undefine")

    async def refresh(self, flags: u32 = 0) -> None:
        """Look again at what volumes it has."""
        await self._ask("refresh", flags)

    async def get_info(self) -> PoolInfo:
        """State and sizes in bytes."""
        return await self._ask("get_info")

    async def get_xml_desc(self, flags: StorageXML | u32 = 0) -> Text:
        """Its document: live, or with the flag its definition."""
        return await self._ask("get_xml_desc", flags)

    async def get_autostart(self) -> i32:
        """1 if it is started with the host."""
        return await self._ask("get_autostart")

    async def set_autostart(self, autostart: i32) -> None:
        """Start it with the host (1), or do not (0)."""
        await self._ask("set_autostart", autostart)

    async def num_of_volumes(self) -> i32:
        """How many volumes it has."""
        return await self._ask("num_of_volumes")

    async def list_volumes(self) -> list[Text]:
        """Names of its volumes."""
        return await self._ask("list_volumes")

    async def is_active(self) -> i32:
        """1 if it is active."""
        return await self._ask("is_active")

    async def is_persistent(self) -> i32:
        """1 if it has a definition."""
        return await self._ask("is_persistent")

    async def list_all_volumes(self, flags: u32 = 0) -> list[Volume]:
        """Its volumes."""
        return await self._ask("list_all_volumes", flags)

    async def vol_create_xml(self, xml: Text, flags: StorageVolCreate | u32 = 0) -> Volume:
        """Make a volume."""
        return await self._ask("vol_create_xml", xml, flags)

    async def vol_lookup_by_name(self, name: Text) -> Volume:
        """The volume of that name.  Raises NoStorageVolume."""
        return await self._ask("vol_lookup_by_name", name)

    async def vol_create_xml_from(
        self, xml: Text, clonevol: Volume, flags: StorageVolCreate | u32 = 0
    ) -> Volume:
        """Make a volume with the content of another."""
        return await self._ask("vol_create_xml_from", xml, clonevol, flags)
