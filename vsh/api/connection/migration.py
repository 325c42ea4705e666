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


class Migration(Object):
    """The steps of each migration protocol that run on the destination."""

    __slots__ = ()
    prefix = ""

    @call(61, acl=["domain:migrate", "domain:start", "domain:write"])
    def domain_migrate_prepare(
        self, uri_in: Text | None, flags: u64, dname: Text | None, resource: u64
    ) -> Prepared:
        """Domain migrate prepare."""

    @call(63, acl="domain:migrate")
    def domain_migrate_finish(self, dname: Text, cookie: Blob, uri: Text, flags: u64 = 0) -> Domain:
        """Domain migrate finish."""

    @call(108, acl=["domain:migrate", "domain:start", "domain:write"])
    def domain_migrate_prepare2(
        self, uri_in: Text | None, flags: u64, dname: Text | None, resource: u64, dom_xml: Text
    ) -> Prepared:
        """Domain migrate prepare2."""

    @call(109, acl="domain:migrate")
    def domain_migrate_finish2(
        self, dname: Text, cookie: Blob, uri: Text, flags: u64, retcode: i32
    ) -> Domain:
        """Domain migrate finish2."""

    @call(148, acl=["domain:migrate", "domain:start", "domain:write"], stream="write")
    def domain_migrate_prepare_tunnel(
        self, stream: Stream, flags: u64, dname: Text | None, resource: u64, dom_xml: Text
    ) -> None:
        """Domain migrate prepare tunnel."""

    @call(214, acl=["domain:migrate", "domain:start", "domain:write"])
    def domain_migrate_prepare3(
        self, cookie_in: Blob, uri_in: Text | None, flags: u64, dname: Text | None, resource: u64,
        dom_xml: Text
    ) -> Prepared:
        """Domain migrate prepare3."""

    @call(215, acl=["domain:migrate", "domain:start", "domain:write"], stream="write")
    def domain_migrate_prepare_tunnel3(
        self, stream: Stream, cookie_in: Blob, flags: u64, dname: Text | None, resource: u64,
        dom_xml: Text
    ) -> Blob:
        """Domain migrate prepare tunnel3."""

    @call(217, acl="domain:migrate")
    def domain_migrate_finish3(
        self, dname: Text, cookie_in: Blob, dconnuri: Text | None, uri: Text | None, flags: u64,
        cancelled: i32
    ) -> Finished:
        """Domain migrate finish3."""

    @call(303, acl=["domain:migrate", "domain:start", "domain:write"])
    def domain_migrate_prepare3_params(
        self, params: TypedParams, cookie_in: Blob, flags: u32 = 0
    ) -> Prepared:
        """Domain migrate prepare3 params."""

    @call(304, acl=["domain:migrate", "domain:start", "domain:write"])
    def domain_migrate_prepare_tunnel3_params(
        self, params: TypedParams, cookie_in: Blob, flags: u32 = 0
    ) -> Blob:
        """Domain migrate prepare tunnel3 params."""

    @call(306, acl="domain:migrate")
    def domain_migrate_finish3_params(
        self, params: TypedParams, cookie_in: Blob, flags: u32, cancelled: i32
    ) -> Finished:
        """Domain migrate finish3 params."""
