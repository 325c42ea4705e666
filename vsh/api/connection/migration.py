# mypy: disable-error-code="empty-body"
"""The destination side of a migration."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection.records import Finished, Prepared
    from vsh.api.domain import Domain
    from vsh.api.stream import Stream
    from vsh.api.types import Blob, Text, TypedParams, i32, u32, u64
    from vsh.words.domain.migration import DomainMigrate


class Migration(Object):
    """The steps of each migration protocol that run on the destination."""

    __slots__ = ()

    @call(61, "domain_migrate_prepare", acl=["domain:migrate", "domain:start", "domain:write"])
    def domain_migrate_prepare(
        self, uri_in: Text | None, flags: DomainMigrate | u64, dname: Text | None, resource: u64
    ) -> Prepared:
        """Protocol 1, step 1: make ready to receive a domain."""

    @call(63, "domain_migrate_finish", acl="domain:migrate")
    def domain_migrate_finish(
        self, dname: Text, cookie: Blob, uri: Text, flags: DomainMigrate | u64 = 0
    ) -> Domain:
        """Protocol 1, step 3: take over the domain."""

    @call(108, "domain_migrate_prepare2", acl=["domain:migrate", "domain:start", "domain:write"])
    def domain_migrate_prepare2(
        self,
        uri_in: Text | None,
        flags: DomainMigrate | u64,
        dname: Text | None,
        resource: u64,
        dom_xml: Text,
    ) -> Prepared:
        """Protocol 2, step 1: make ready to receive the domain of ``dom_xml``."""

    @call(109, "domain_migrate_finish2", acl="domain:migrate")
    def domain_migrate_finish2(
        self, dname: Text, cookie: Blob, uri: Text, flags: DomainMigrate | u64, retcode: i32
    ) -> Domain:
        """Protocol 2, step 3: take over the domain, or drop it if ``retcode`` is not 0."""

    @call(
        148,
        "domain_migrate_prepare_tunnel",
        acl=["domain:migrate", "domain:start", "domain:write"],
        stream="write",
    )
    def domain_migrate_prepare_tunnel(
        self,
        stream: Stream,
        flags: DomainMigrate | u64,
        dname: Text | None,
        resource: u64,
        dom_xml: Text,
    ) -> None:
        """Protocol 2, step 1: make ready to receive a domain from a stream."""

    @call(214, "domain_migrate_prepare3", acl=["domain:migrate", "domain:start", "domain:write"])
    def domain_migrate_prepare3(
        self,
        cookie_in: Blob,
        uri_in: Text | None,
        flags: DomainMigrate | u64,
        dname: Text | None,
        resource: u64,
        dom_xml: Text,
    ) -> Prepared:
        """Protocol 3, step 2: make ready to receive the domain of ``dom_xml``."""

    @call(
        215,
        "domain_migrate_prepare_tunnel3",
        acl=["domain:migrate", "domain:start", "domain:write"],
        stream="write",
    )
    def domain_migrate_prepare_tunnel3(
        self,
        stream: Stream,
        cookie_in: Blob,
        flags: DomainMigrate | u64,
        dname: Text | None,
        resource: u64,
        dom_xml: Text,
    ) -> Blob:
        """Protocol 3, step 2: make ready to receive a domain from a stream; the cookie for the
        source.
        """

    @call(217, "domain_migrate_finish3", acl="domain:migrate")
    def domain_migrate_finish3(
        self,
        dname: Text,
        cookie_in: Blob,
        dconnuri: Text | None,
        uri: Text | None,
        flags: DomainMigrate | u64,
        cancelled: i32,
    ) -> Finished:
        """Protocol 3, step 4: take over the domain, or drop it if ``cancelled``."""

    @call(
        303,
        "domain_migrate_prepare3_params",
        acl=["domain:migrate", "domain:start", "domain:write"],
    )
    def domain_migrate_prepare3_params(
        self, params: TypedParams, cookie_in: Blob, flags: DomainMigrate | u32 = 0
    ) -> Prepared:
        """Protocol 3 with parameters, step 2: make ready to receive a domain."""

    @call(
        304,
        "domain_migrate_prepare_tunnel3_params",
        acl=["domain:migrate", "domain:start", "domain:write"],
        stream="write",
    )
    def domain_migrate_prepare_tunnel3_params(
        self, stream: Stream, params: TypedParams, cookie_in: Blob, flags: DomainMigrate | u32 = 0
    ) -> Blob:
        """Protocol 3 with parameters, step 2: make ready to receive a domain from a stream; the
        cookie for the source.
        """

    @call(306, "domain_migrate_finish3_params", acl="domain:migrate")
    def domain_migrate_finish3_params(
        self, params: TypedParams, cookie_in: Blob, flags: DomainMigrate | u32, cancelled: i32
    ) -> Finished:
        """Protocol 3 with parameters, step 4: take over the domain, or drop it if ``cancelled``."""
