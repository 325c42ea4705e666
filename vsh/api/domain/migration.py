# mypy: disable-error-code="empty-body"
"""The source side of a migration, and its settings."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain.records import Begun
    from vsh.api.types import Blob, Text, TypedParams, i32, u32, u64
    from vsh.words.domain.migration import DomainMigrate, DomainMigrateMaxSpeed


class Migration(Object):
    """The steps of each migration protocol that run on the source."""

    __slots__ = ()
    kind = "Domain"

    @call(62, "domain_migrate_perform", acl="domain:migrate")
    def migrate_perform(
        self, cookie: Blob, uri: Text, flags: DomainMigrate | u64, dname: Text | None, resource: u64
    ) -> None:
        """Protocols 1 and 2, step 2: send the domain."""

    @call(166, "domain_migrate_set_max_downtime", acl="domain:migrate")
    def migrate_set_max_downtime(self, downtime: u64, flags: u32 = 0) -> None:
        """How many ms it may stand still at the end of a migration."""

    @call(207, "domain_migrate_set_max_speed", acl="domain:migrate")
    def migrate_set_max_speed(self, bandwidth: u64, flags: DomainMigrateMaxSpeed | u32 = 0) -> None:
        """How many MiB/s a migration may use."""

    @call(213, "domain_migrate_begin3", acl="domain:migrate")
    def migrate_begin3(
        self, xmlin: Text | None, flags: DomainMigrate | u64, dname: Text | None, resource: u64
    ) -> Begun:
        """Protocol 3, step 1: what the destination has to know."""

    @call(216, "domain_migrate_perform3", acl="domain:migrate")
    def migrate_perform3(
        self,
        xmlin: Text | None,
        cookie_in: Blob,
        dconnuri: Text | None,
        uri: Text | None,
        flags: DomainMigrate | u64,
        dname: Text | None,
        resource: u64,
    ) -> Blob:
        """Protocol 3, step 3: send the domain; a cookie for the destination."""

    @call(218, "domain_migrate_confirm3", acl="domain:migrate")
    def migrate_confirm3(self, cookie_in: Blob, flags: DomainMigrate | u64, cancelled: i32) -> None:
        """Protocol 3, step 5: let go of the domain, or keep it if ``cancelled``."""

    @call(242, "domain_migrate_get_max_speed", acl="domain:migrate")
    def migrate_get_max_speed(self, flags: DomainMigrateMaxSpeed | u32 = 0) -> u64:
        """How many MiB/s a migration may use."""

    @call(299, "domain_migrate_get_compression_cache", acl="domain:migrate", readonly=True)
    def migrate_get_compression_cache(self, flags: u32 = 0) -> u64:
        """How many bytes a compressed migration may cache."""

    @call(300, "domain_migrate_set_compression_cache", acl="domain:migrate")
    def migrate_set_compression_cache(self, cacheSize: u64, flags: u32 = 0) -> None:
        """How many bytes a compressed migration may cache."""

    @call(302, "domain_migrate_begin3_params", acl="domain:migrate")
    def migrate_begin3_params(self, params: TypedParams, flags: DomainMigrate | u32 = 0) -> Begun:
        """Protocol 3 with parameters, step 1: what the destination has to know."""

    @call(305, "domain_migrate_perform3_params", acl="domain:migrate")
    def migrate_perform3_params(
        self,
        dconnuri: Text | None,
        params: TypedParams,
        cookie_in: Blob,
        flags: DomainMigrate | u32 = 0,
    ) -> Blob:
        """Protocol 3 with parameters, step 3: send the domain; a cookie for the destination."""

    @call(307, "domain_migrate_confirm3_params", acl="domain:migrate")
    def migrate_confirm3_params(
        self, params: TypedParams, cookie_in: Blob, flags: DomainMigrate | u32, cancelled: i32
    ) -> None:
        """Protocol 3 with parameters, step 5: let go of the domain, or keep it if ``cancelled``."""

    @call(364, "domain_migrate_start_post_copy", acl="domain:migrate")
    def migrate_start_post_copy(self, flags: u32 = 0) -> None:
        """Let the destination run and fetch the rest of the memory as needed."""

    @call(387, "domain_migrate_get_max_downtime", acl="domain:migrate", readonly=True)
    def migrate_get_max_downtime(self, flags: u32 = 0) -> u64:
        """How many ms it may stand still at the end of a migration."""
