# mypy: disable-error-code="empty-body"
"""The source side of a migration, and its settings."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain.records import Begun
    from vsh.api.types import Blob, Text, TypedParams, i32, u32, u64


class Migration(Object):
    """The steps of each migration protocol that run on the source."""

    __slots__ = ()
    prefix = "domain_"
    kind = "Domain"

    @call(62, acl="domain:migrate")
    def migrate_perform(
        self, cookie: Blob, uri: Text, flags: u64, dname: Text | None, resource: u64
    ) -> None:
        """Domain migrate perform."""

    @call(166, acl="domain:migrate")
    def migrate_set_max_downtime(self, downtime: u64, flags: u32 = 0) -> None:
        """Domain migrate set max downtime."""

    @call(207, acl="domain:migrate")
    def migrate_set_max_speed(self, bandwidth: u64, flags: u32 = 0) -> None:
        """Domain migrate set max speed."""

    @call(213, acl="domain:migrate")
    def migrate_begin3(
        self, xmlin: Text | None, flags: u64, dname: Text | None, resource: u64
    ) -> Begun:
        """Domain migrate begin3."""

    @call(216, acl="domain:migrate")
    def migrate_perform3(
        self, xmlin: Text | None, cookie_in: Blob, dconnuri: Text | None, uri: Text | None,
        flags: u64, dname: Text | None, resource: u64
    ) -> Blob:
        """Domain migrate perform3."""

    @call(218, acl="domain:migrate")
    def migrate_confirm3(self, cookie_in: Blob, flags: u64, cancelled: i32) -> None:
        """Domain migrate confirm3."""

    @call(242, acl="domain:migrate")
    def migrate_get_max_speed(self, flags: u32 = 0) -> u64:
        """Domain migrate get max speed."""

    @call(299, acl="domain:migrate")
    def migrate_get_compression_cache(self, flags: u32 = 0) -> u64:
        """Domain migrate get compression cache."""

    @call(300, acl="domain:migrate")
    def migrate_set_compression_cache(self, cacheSize: u64, flags: u32 = 0) -> None:
        """Domain migrate set compression cache."""

    @call(302, acl="domain:migrate")
    def migrate_begin3_params(self, params: TypedParams, flags: u32 = 0) -> Begun:
        """Domain migrate begin3 params."""

    @call(305, acl="domain:migrate")
    def migrate_perform3_params(
        self, dconnuri: Text | None, params: TypedParams, cookie_in: Blob, flags: u32 = 0
    ) -> Blob:
        """Domain migrate perform3 params."""

    @call(307, acl="domain:migrate")
    def migrate_confirm3_params(
        self, params: TypedParams, cookie_in: Blob, flags: u32, cancelled: i32
    ) -> None:
        """Domain migrate confirm3 params."""

    @call(364, acl="domain:migrate")
    def migrate_start_post_copy(self, flags: u32 = 0) -> None:
        """Domain migrate start post copy."""

    @call(387, acl="domain:migrate")
    def migrate_get_max_downtime(self, flags: u32 = 0) -> u64:
        """Domain migrate get max downtime."""
