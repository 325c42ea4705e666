# mypy: disable-error-code="empty-body"
"""Domains of a connection: defined, created, looked up, listed, restored."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection.records import DomainStats
    from vsh.api.domain import Domain
    from vsh.api.types import UUID, Files, Text, TypedParams, i32, u32


class ConnectDomains(Object):
    """How to get at domains."""

    __slots__ = ()
    prefix = "connect_"

    @call(21, acl="connect:search_domains", filter="domain:getattr", wire="maxnames: i32 = 16384")
    def list_defined_domains(self) -> list[Text]:
        """Connect list defined domains."""

    @call(25, acl="connect:search_domains", filter="domain:getattr")
    def num_of_defined_domains(self) -> i32:
        """Connect num of defined domains."""

    @call(37, acl="connect:search_domains", filter="domain:getattr", wire="maxids: i32 = 16384")
    def list_domains(self) -> list[i32]:
        """Connect list domains."""

    @call(51, acl="connect:search_domains", filter="domain:getattr")
    def num_of_domains(self) -> i32:
        """Connect num of domains."""

    @call(135, acl="connect:write")
    def domain_xml_from_native(
        self, nativeFormat: Text, nativeConfig: Text, flags: u32 = 0
    ) -> Text:
        """Connect domain xml from native."""

    @call(136, acl="connect:write")
    def domain_xml_to_native(self, nativeFormat: Text, domainXml: Text, flags: u32 = 0) -> Text:
        """Connect domain xml to native."""

    @call(
        273, acl="connect:search_domains", filter="domain:getattr",
        wire="need_results: i32 = 1, flags", count="u32"
    )
    def list_all_domains(self, flags: u32 = 0) -> list[Domain]:
        """Connect list all domains."""

    @call(344, acl="connect:search_domains", filter="domain:read")
    def get_all_domain_stats(
        self, doms: list[Domain], stats: u32, flags: u32 = 0
    ) -> list[DomainStats]:
        """Connect get all domain stats."""


class Domains(Object):
    """How to get at domains."""

    __slots__ = ()
    prefix = ""

    @call(10, acl=["domain:write", "domain:start"])
    def domain_create_xml(self, xml_desc: Text, flags: u32 = 0) -> Domain:
        """Domain create xml."""

    @call(11, acl=["domain:write", "domain:save"])
    def domain_define_xml(self, xml: Text) -> Domain:
        """Domain define xml."""

    @call(22, acl="domain:getattr")
    def domain_lookup_by_id(self, id: i32) -> Domain:
        """Domain lookup by id."""

    @call(23, acl="domain:getattr")
    def domain_lookup_by_name(self, name: Text) -> Domain:
        """Domain lookup by name."""

    @call(24, acl="domain:getattr")
    def domain_lookup_by_uuid(self, uuid: UUID) -> Domain:
        """Domain lookup by uuid."""

    @call(54, acl=["domain:start", "domain:write"])
    def domain_restore(self, from_: Text) -> None:
        """Domain restore."""

    @call(233, acl=["domain:start", "domain:write"])
    def domain_restore_flags(self, from_: Text, dxml: Text | None = None, flags: u32 = 0) -> None:
        """Domain restore flags."""

    @call(235, acl="domain:write")
    def domain_save_image_get_xml_desc(self, file: Text, flags: u32 = 0) -> Text:
        """Domain save image get xml desc."""

    @call(236, acl=["domain:write", "domain:hibernate"])
    def domain_save_image_define_xml(self, file: Text, dxml: Text, flags: u32 = 0) -> None:
        """Domain save image define xml."""

    @call(309, acl=["domain:write", "domain:start"])
    def domain_create_xml_with_files(self, xml_desc: Text, files: Files, flags: u32 = 0) -> Domain:
        """Domain create xml with files."""

    @call(350, acl=["domain:write", "domain:save"])
    def domain_define_xml_flags(self, xml: Text, flags: u32 = 0) -> Domain:
        """Domain define xml flags."""

    @call(441, acl=["domain:start", "domain:write"])
    def domain_restore_params(self, params: TypedParams, flags: u32 = 0) -> None:
        """Domain restore params."""

    @call(2, program="qemu", acl=["domain:start", "domain:write"], api="virDomainQemuAttach")
    def domain_attach(self, pid_value: u32, flags: u32 = 0) -> Domain:
        """Domain attach."""
