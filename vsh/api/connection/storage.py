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


class ConnectStorage(Object):
    """How to get at storage."""

    __slots__ = ()
    prefix = "connect_"

    @call(71, acl="connect:search_storage_pools", filter="storage_pool:getattr")
    def num_of_storage_pools(self) -> i32:
        """Connect num of storage pools."""

    @call(
        72, acl="connect:search_storage_pools", filter="storage_pool:getattr",
        wire="maxnames: i32 = 16384"
    )
    def list_storage_pools(self) -> list[Text]:
        """Connect list storage pools."""

    @call(73, acl="connect:search_storage_pools", filter="storage_pool:getattr")
    def num_of_defined_storage_pools(self) -> i32:
        """Connect num of defined storage pools."""

    @call(
        74, acl="connect:search_storage_pools", filter="storage_pool:getattr",
        wire="maxnames: i32 = 16384"
    )
    def list_defined_storage_pools(self) -> list[Text]:
        """Connect list defined storage pools."""

    @call(75, acl="connect:detect_storage_pools")
    def find_storage_pool_sources(
        self, type: Text, srcSpec: Text | None = None, flags: u32 = 0
    ) -> Text:
        """Connect find storage pool sources."""

    @call(139, acl="connect:search_secrets", filter="secret:getattr")
    def num_of_secrets(self) -> i32:
        """Connect num of secrets."""

    @call(140, acl="connect:search_secrets", filter="secret:getattr", wire="maxuuids: i32 = 16384")
    def list_secrets(self) -> list[Text]:
        """Connect list secrets."""

    @call(
        281, acl="connect:search_storage_pools", filter="storage_pool:getattr",
        wire="need_results: i32 = 1, flags", count="u32"
    )
    def list_all_storage_pools(self, flags: u32 = 0) -> list[Pool]:
        """Connect list all storage pools."""

    @call(
        287, acl="connect:search_secrets", filter="secret:getattr",
        wire="need_results: i32 = 1, flags", count="u32"
    )
    def list_all_secrets(self, flags: u32 = 0) -> list[Secret]:
        """Connect list all secrets."""

    @call(403, acl="connect:read")
    def get_storage_pool_capabilities(self, flags: u32 = 0) -> Text:
        """Connect get storage pool capabilities."""


class Storage(Object):
    """How to get at storage."""

    __slots__ = ()
    prefix = ""

    @call(76, acl=["storage_pool:start", "storage_pool:write"])
    def storage_pool_create_xml(self, xml: Text, flags: u32 = 0) -> Pool:
        """Storage pool create xml."""

    @call(77, acl=["storage_pool:write", "storage_pool:save"])
    def storage_pool_define_xml(self, xml: Text, flags: u32 = 0) -> Pool:
        """Storage pool define xml."""

    @call(84, acl="storage_pool:getattr")
    def storage_pool_lookup_by_name(self, name: Text) -> Pool:
        """Storage pool lookup by name."""

    @call(85, acl="storage_pool:getattr")
    def storage_pool_lookup_by_uuid(self, uuid: UUID) -> Pool:
        """Storage pool lookup by uuid."""

    @call(96, acl="storage_vol:getattr")
    def storage_vol_lookup_by_key(self, key: Text) -> Volume:
        """Storage vol lookup by key."""

    @call(97, acl="storage_vol:getattr")
    def storage_vol_lookup_by_path(self, path: Text) -> Volume:
        """Storage vol lookup by path."""

    @call(141, acl="secret:getattr")
    def secret_lookup_by_uuid(self, uuid: UUID) -> Secret:
        """Secret lookup by uuid."""

    @call(142, acl=["secret:write", "secret:save"])
    def secret_define_xml(self, xml: Text, flags: u32 = 0) -> Secret:
        """Secret define xml."""

    @call(147, acl="secret:getattr")
    def secret_lookup_by_usage(self, usageType: i32, usageID: Text) -> Secret:
        """Secret lookup by usage."""

    @call(391, acl="storage_pool:getattr")
    def storage_pool_lookup_by_target_path(self, path: Text) -> Pool:
        """Storage pool lookup by target path."""
