# mypy: disable-error-code="empty-body"
"""A storage pool."""

from __future__ import annotations

from vsh.api._call import Object, call
from vsh.api.types import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.collection import Volumes
    from vsh.api.editing import Edit
    from vsh.api.types import UUID, Text, i32, u8, u32, u64
    from vsh.api.volume import Volume
    from vsh.words.pool import (
        StoragePoolBuild,
        StoragePoolCreate,
        StoragePoolDelete,
        StoragePoolState,
        StorageXML,
    )
    from vsh.words.volume import StorageVolCreate
    from vsh.xml.storage.pool import StoragePool


class PoolInfo(Record):
    """State (``StoragePoolState``) and sizes in bytes."""

    state: u8
    capacity: u64
    allocation: u64
    available: u64


class Pool(Object):
    """A pool, known by its UUID."""

    __slots__ = ()
    kind = "Pool"
    fields = ("name", "uuid")
    name: Text
    uuid: UUID

    @call(78, "storage_pool_create", acl="storage_pool:start")
    def create(self, flags: StoragePoolCreate | u32 = 0) -> None:
        """Start it."""

    @call(79, "storage_pool_build", acl="storage_pool:format")
    def build(self, flags: StoragePoolBuild | u32 = 0) -> None:
        """Make what it needs on the host: a directory, a file system."""

    @call(80, "storage_pool_destroy", acl="storage_pool:stop")
    def destroy(self) -> None:
        """Stop it; its content stays."""

    @call(81, "storage_pool_delete", acl="storage_pool:format")
    def delete(self, flags: StoragePoolDelete | u32 = 0) -> None:
        """Delete what it is made of on the host, with its content."""

    @call(82, "storage_pool_undefine", acl="storage_pool:delete")
    def undefine(self) -> None:
        """Forget its definition."""

    @call(83, "storage_pool_refresh", acl="storage_pool:refresh")
    def refresh(self, flags: u32 = 0) -> None:
        """Look again at what volumes it has."""

    @call(87, "storage_pool_get_info", acl="storage_pool:read", quick=True)
    def get_info(self) -> PoolInfo:
        """State and sizes in bytes."""

    @call(88, "storage_pool_get_xml_desc", api="virStoragePoolGetXMLDesc", acl="storage_pool:read")
    def get_xml_desc(self, flags: StorageXML | u32 = 0) -> Text:
        """Its document: live, or with the flag its definition."""

    @call(89, "storage_pool_get_autostart", acl="storage_pool:read", quick=True)
    def get_autostart(self) -> i32:
        """1 if it is started with the host."""

    @call(90, "storage_pool_set_autostart", acl="storage_pool:write")
    def set_autostart(self, autostart: i32) -> None:
        """Start it with the host (1), or do not (0)."""

    @call(
        91,
        "storage_pool_num_of_volumes",
        acl="storage_pool:search_storage_vols",
        filter="storage_vol:getattr",
    )
    def num_of_volumes(self) -> i32:
        """How many volumes it has."""

    @call(
        92,
        "storage_pool_list_volumes",
        acl="storage_pool:search_storage_vols",
        filter="storage_vol:getattr",
        wire="maxnames: i32 = 16384",
    )
    def list_volumes(self) -> list[Text]:
        """Names of its volumes."""

    @call(154, "storage_pool_is_active", acl="storage_pool:read", quick=True)
    def is_active(self) -> i32:
        """1 if it is active."""

    @call(155, "storage_pool_is_persistent", acl="storage_pool:read", quick=True)
    def is_persistent(self) -> i32:
        """1 if it has a definition."""

    @call(
        282,
        "storage_pool_list_all_volumes",
        acl="storage_pool:search_storage_vols",
        filter="storage_vol:getattr",
        wire="need_results: i32 = 1, flags",
        count="u32",
    )
    def list_all_volumes(self, flags: u32 = 0) -> list[Volume]:
        """Its volumes."""

    @call(93, "storage_vol_create_xml", api="virStorageVolCreateXML", acl="storage_vol:create")
    def vol_create_xml(self, xml: Text, flags: StorageVolCreate | u32 = 0) -> Volume:
        """Make a volume."""

    @call(95, "storage_vol_lookup_by_name", acl="storage_vol:getattr")
    def vol_lookup_by_name(self, name: Text) -> Volume:
        """The volume of that name.  Raises NoStorageVolume."""

    @call(
        125,
        "storage_vol_create_xml_from",
        api="virStorageVolCreateXMLFrom",
        acl="storage_vol:create",
    )
    def vol_create_xml_from(
        self, xml: Text, clonevol: Volume, flags: StorageVolCreate | u32 = 0
    ) -> Volume:
        """Make a volume with the content of another."""

    @property
    def active(self) -> bool:
        """Whether it runs."""
        return bool(self.is_active())

    @property
    def persistent(self) -> bool:
        """Whether it has a definition, which stays when it stops."""
        return bool(self.is_persistent())

    @property
    def autostart(self) -> bool:
        """Whether it starts with the host."""
        return bool(self.get_autostart())

    @property
    def state(self) -> StoragePoolState:
        """What it is doing: ``StoragePoolState.RUNNING``."""
        from vsh.words.pool import StoragePoolState

        return StoragePoolState(self.get_info().state)

    @property
    def info(self) -> PoolInfo:
        """State and sizes in bytes: ``capacity``, ``allocation``, ``available``."""
        return self.get_info()

    @property
    def volumes(self) -> Volumes:
        """Its volumes, by name."""
        from vsh.api.collection import Volumes

        return Volumes(self)

    @property
    def xml(self) -> StoragePool:
        """Its document as a model; changing that changes nothing: see ``edit``."""
        from vsh.xml.engine.reader import read
        from vsh.xml.storage.pool import StoragePool

        return read(self.get_xml_desc(0), StoragePool)

    def edit(self) -> Edit[StoragePool]:
        """Change the definition: ``with pool.edit() as xml: ...``, as ``Domain.edit`` does."""
        from vsh.api.editing import Edit, inactive
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
