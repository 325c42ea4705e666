# mypy: disable-error-code="empty-body"
"""Storage pools, volumes and secrets of a connection."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.pool import Pool
    from vsh.api.secret import Secret
    from vsh.api.types import UUID, Text, i32, u32
    from vsh.api.volume import Volume
    from vsh.words.connection import ListAllSecrets, ListAllStoragePools
    from vsh.words.pool import StoragePoolCreate, StoragePoolDefine
    from vsh.words.secret import SecretDefine, SecretUsageType


class Storage(Object):
    """How to get at storage."""

    __slots__ = ()

    @call(
        71,
        "connect_num_of_storage_pools",
        acl="connect:search_storage_pools",
        filter="storage_pool:getattr",
    )
    def num_of_storage_pools(self) -> i32:
        """How many pools are active."""

    @call(
        72,
        "connect_list_storage_pools",
        acl="connect:search_storage_pools",
        filter="storage_pool:getattr",
        wire="maxnames: i32 = 16384",
    )
    def list_storage_pools(self) -> list[Text]:
        """Names of the active pools."""

    @call(
        73,
        "connect_num_of_defined_storage_pools",
        acl="connect:search_storage_pools",
        filter="storage_pool:getattr",
    )
    def num_of_defined_storage_pools(self) -> i32:
        """How many pools are not active."""

    @call(
        74,
        "connect_list_defined_storage_pools",
        acl="connect:search_storage_pools",
        filter="storage_pool:getattr",
        wire="maxnames: i32 = 16384",
    )
    def list_defined_storage_pools(self) -> list[Text]:
        """Names of the pools that are not active."""

    @call(75, "connect_find_storage_pool_sources", acl="connect:detect_storage_pools")
    def find_storage_pool_sources(
        self, type: Text, srcSpec: Text | None = None, flags: u32 = 0
    ) -> Text:
        """Possible sources for pools of a type, as XML; ``srcSpec`` narrows the search."""

    @call(139, "connect_num_of_secrets", acl="connect:search_secrets", filter="secret:getattr")
    def num_of_secrets(self) -> i32:
        """How many secrets there are."""

    @call(
        140,
        "connect_list_secrets",
        acl="connect:search_secrets",
        filter="secret:getattr",
        wire="maxuuids: i32 = 16384",
    )
    def list_secrets(self) -> list[Text]:
        """UUIDs of the secrets, as text."""

    @call(
        281,
        "connect_list_all_storage_pools",
        acl="connect:search_storage_pools",
        filter="storage_pool:getattr",
        wire="need_results: i32 = 1, flags",
        count="u32",
    )
    def list_all_storage_pools(self, flags: ListAllStoragePools | u32 = 0) -> list[Pool]:
        """All pools, or those that the flags pick."""

    @call(
        287,
        "connect_list_all_secrets",
        acl="connect:search_secrets",
        filter="secret:getattr",
        wire="need_results: i32 = 1, flags",
        count="u32",
    )
    def list_all_secrets(self, flags: ListAllSecrets | u32 = 0) -> list[Secret]:
        """All secrets, or those that the flags pick."""

    @call(403, "connect_get_storage_pool_capabilities", acl="connect:read")
    def get_storage_pool_capabilities(self, flags: u32 = 0) -> Text:
        """The pool types that this host can handle, as XML."""

    @call(
        76,
        "storage_pool_create_xml",
        api="virStoragePoolCreateXML",
        acl=["storage_pool:start", "storage_pool:write"],
    )
    def storage_pool_create_xml(self, xml: Text, flags: StoragePoolCreate | u32 = 0) -> Pool:
        """Start a transient pool."""

    @call(
        77,
        "storage_pool_define_xml",
        api="virStoragePoolDefineXML",
        acl=["storage_pool:write", "storage_pool:save"],
    )
    def storage_pool_define_xml(self, xml: Text, flags: StoragePoolDefine | u32 = 0) -> Pool:
        """Define a pool, or replace its definition."""

    @call(84, "storage_pool_lookup_by_name", acl="storage_pool:getattr")
    def storage_pool_lookup_by_name(self, name: Text) -> Pool:
        """The pool of that name.  Raises NoStoragePool."""

    @call(
        85,
        "storage_pool_lookup_by_uuid",
        api="virStoragePoolLookupByUUID",
        acl="storage_pool:getattr",
    )
    def storage_pool_lookup_by_uuid(self, uuid: UUID) -> Pool:
        """The pool of that UUID.  Raises NoStoragePool."""

    @call(96, "storage_vol_lookup_by_key", acl="storage_vol:getattr")
    def storage_vol_lookup_by_key(self, key: Text) -> Volume:
        """The volume with that key, in whatever pool.  Raises NoStorageVolume."""

    @call(97, "storage_vol_lookup_by_path", acl="storage_vol:getattr")
    def storage_vol_lookup_by_path(self, path: Text) -> Volume:
        """The volume at that path, in whatever pool.  Raises NoStorageVolume."""

    @call(141, "secret_lookup_by_uuid", api="virSecretLookupByUUID", acl="secret:getattr")
    def secret_lookup_by_uuid(self, uuid: UUID) -> Secret:
        """The secret of that UUID.  Raises NoSecret."""

    @call(142, "secret_define_xml", api="virSecretDefineXML", acl=["secret:write", "secret:save"])
    def secret_define_xml(self, xml: Text, flags: SecretDefine | u32 = 0) -> Secret:
        """Define a secret, or replace its definition; its value stays."""

    @call(147, "secret_lookup_by_usage", acl="secret:getattr")
    def secret_lookup_by_usage(self, usageType: SecretUsageType | i32, usageID: Text) -> Secret:
        """The secret for that use.  Raises NoSecret."""

    @call(391, "storage_pool_lookup_by_target_path", acl="storage_pool:getattr")
    def storage_pool_lookup_by_target_path(self, path: Text) -> Pool:
        """The pool whose target is that path.  Raises NoStoragePool."""
