# mypy: disable-error-code="empty-body"
"""Domains of a connection: defined, created, looked up, listed, restored."""

from __future__ import annotations

from vsh.api._access import RUNNING_OR_PAUSED
from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection.records import DomainStats
    from vsh.api.domain import Domain
    from vsh.api.types import UUID, Files, Text, TypedParams, i32, u32
    from vsh.words.connection import GetAllDomainStats, ListAllDomains
    from vsh.words.domain.lifecycle import (
        DomainCreate,
        DomainDefine,
        DomainSaveImageXML,
        DomainSaveRestore,
    )
    from vsh.words.domain.statistics import DomainStatsTypes


class Domains(Object):
    """How to get at domains."""

    __slots__ = ()

    @call(
        21,
        "connect_list_defined_domains",
        acl="connect:search_domains",
        filter="domain:getattr",
        wire="maxnames: i32 = 16384",
        quick=True,
    )
    def list_defined_domains(self) -> list[Text]:
        """Names of the domains that are not running."""

    @call(
        25,
        "connect_num_of_defined_domains",
        acl="connect:search_domains",
        filter="domain:getattr",
        quick=True,
    )
    def num_of_defined_domains(self) -> i32:
        """How many domains are not running."""

    @call(
        37,
        "connect_list_domains",
        acl="connect:search_domains",
        filter="domain:getattr",
        wire="maxids: i32 = 16384",
        quick=True,
    )
    def list_domains(self) -> list[i32]:
        """Ids of the running domains."""

    @call(
        51,
        "connect_num_of_domains",
        acl="connect:search_domains",
        filter="domain:getattr",
        quick=True,
    )
    def num_of_domains(self) -> i32:
        """How many domains are running."""

    @call(
        135,
        "connect_domain_xml_from_native",
        api="virConnectDomainXMLFromNative",
        acl="connect:write",
    )
    def domain_xml_from_native(
        self, nativeFormat: Text, nativeConfig: Text, flags: u32 = 0
    ) -> Text:
        """The domain XML of a hypervisor's own configuration."""

    @call(
        136, "connect_domain_xml_to_native", api="virConnectDomainXMLToNative", acl="connect:write"
    )
    def domain_xml_to_native(self, nativeFormat: Text, domainXml: Text, flags: u32 = 0) -> Text:
        """A hypervisor's own configuration of a domain XML."""

    @call(
        273,
        "connect_list_all_domains",
        acl="connect:search_domains",
        filter="domain:getattr",
        wire="need_results: i32 = 1, flags",
        count="u32",
        quick=True,
    )
    def list_all_domains(self, flags: ListAllDomains | u32 = 0) -> list[Domain]:
        """All domains, or those that the flags pick."""

    @call(344, "connect_get_all_domain_stats", acl="connect:search_domains", filter="domain:read")
    def get_all_domain_stats(
        self, doms: list[Domain], stats: DomainStatsTypes | u32, flags: GetAllDomainStats | u32 = 0
    ) -> list[DomainStats]:
        """Statistics of the given domains (none: of all) in the wanted groups (0: in all)."""

    @call(10, "domain_create_xml", api="virDomainCreateXML", acl=["domain:write", "domain:start"])
    def domain_create_xml(self, xml_desc: Text, flags: DomainCreate | u32 = 0) -> Domain:
        """Start a transient domain."""

    @call(11, "domain_define_xml", api="virDomainDefineXML", acl=["domain:write", "domain:save"])
    def domain_define_xml(self, xml: Text) -> Domain:
        """Define a domain, or replace its definition."""

    @call(22, "domain_lookup_by_id", api="virDomainLookupByID", acl="domain:getattr", quick=True)
    def domain_lookup_by_id(self, id: i32) -> Domain:
        """The running domain of that id.  Raises NoDomain."""

    @call(23, "domain_lookup_by_name", acl="domain:getattr", quick=True)
    def domain_lookup_by_name(self, name: Text) -> Domain:
        """The domain of that name.  Raises NoDomain."""

    @call(
        24, "domain_lookup_by_uuid", api="virDomainLookupByUUID", acl="domain:getattr", quick=True
    )
    def domain_lookup_by_uuid(self, uuid: UUID) -> Domain:
        """The domain of that UUID.  Raises NoDomain."""

    @call(54, "domain_restore", acl=["domain:start", "domain:write"])
    def domain_restore(self, from_: Text) -> None:
        """Start a domain from a saved image on the host."""

    @call(
        233,
        "domain_restore_flags",
        acl=["domain:start", "domain:write"],
        exclusive=RUNNING_OR_PAUSED,
        words="domain.lifecycle",
    )
    def domain_restore_flags(
        self, from_: Text, dxml: Text | None = None, flags: DomainSaveRestore | u32 = 0
    ) -> None:
        """Start a domain from a saved image, with other XML if ``dxml`` is given."""

    @call(
        235,
        "domain_save_image_get_xml_desc",
        api="virDomainSaveImageGetXMLDesc",
        acl="domain:write",
    )
    def domain_save_image_get_xml_desc(
        self, file: Text, flags: DomainSaveImageXML | u32 = 0
    ) -> Text:
        """The domain XML in a saved image."""

    @call(
        236,
        "domain_save_image_define_xml",
        api="virDomainSaveImageDefineXML",
        acl=["domain:write", "domain:hibernate"],
        exclusive=RUNNING_OR_PAUSED,
        words="domain.lifecycle",
    )
    def domain_save_image_define_xml(
        self, file: Text, dxml: Text, flags: DomainSaveRestore | u32 = 0
    ) -> None:
        """Replace the domain XML in a saved image."""

    @call(
        309,
        "domain_create_xml_with_files",
        api="virDomainCreateXMLWithFiles",
        acl=["domain:write", "domain:start"],
    )
    def domain_create_xml_with_files(
        self, xml_desc: Text, files: Files, flags: DomainCreate | u32 = 0
    ) -> Domain:
        """Start a transient domain whose first process gets the files (LXC)."""

    @call(
        350,
        "domain_define_xml_flags",
        api="virDomainDefineXMLFlags",
        acl=["domain:write", "domain:save"],
    )
    def domain_define_xml_flags(self, xml: Text, flags: DomainDefine | u32 = 0) -> Domain:
        """Define a domain, or replace its definition."""

    @call(
        441,
        "domain_restore_params",
        acl=["domain:start", "domain:write"],
        exclusive=RUNNING_OR_PAUSED,
        words="domain.lifecycle",
    )
    def domain_restore_params(
        self, params: TypedParams, flags: DomainSaveRestore | u32 = 0
    ) -> None:
        """Start a domain from a saved image; the parameters say which and how."""

    @call(
        2,
        "domain_attach",
        program="qemu",
        api="virDomainQemuAttach",
        acl=["domain:start", "domain:write"],
    )
    def domain_attach(self, pid_value: u32, flags: u32 = 0) -> Domain:
        """Take over a running QEMU process by its id."""
