# mypy: disable-error-code="empty-body"
"""What a domain is and does: its state, document, names and jobs."""

from __future__ import annotations

from vsh.api._access import LIVE_OR_CONFIG, MODIFY
from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain.records import (
        ControlInfo,
        DomainInfo,
        JobInfo,
        JobStats,
        SecurityLabel,
        StateAndReason,
    )
    from vsh.api.types import Text, TypedParams, i32, u32
    from vsh.words.domain import DomainModificationImpact
    from vsh.words.domain.document import DomainMetadataType, DomainXML
    from vsh.words.domain.job import DomainAbortJob, DomainGetJobStats
    from vsh.words.domain.statistics import DomainMessageType


class State(Object):
    """Questions about a domain, its XML and its metadata."""

    __slots__ = ()
    kind = "Domain"

    @call(
        14,
        "domain_get_xml_desc",
        api="virDomainGetXMLDesc",
        acl=[
            "domain:read",
            "domain:read_secure:VIR_DOMAIN_XML_SECURE",
            "domain:read_secure:VIR_DOMAIN_XML_MIGRATABLE",
        ],
        words="domain.document",
        secure=("SECURE", "MIGRATABLE"),
    )
    def get_xml_desc(self, flags: DomainXML | u32 = 0) -> Text:
        """Its document: live, or with INACTIVE its definition."""

    @call(16, "domain_get_info", acl="domain:read", quick=True)
    def get_info(self) -> DomainInfo:
        """State, memory in KiB, vCPUs and CPU time in ns."""

    @call(19, "domain_get_os_type", api="virDomainGetOSType", acl="domain:read", quick=True)
    def get_os_type(self) -> Text:
        """Kind of the guest's operating system, such as "hvm"."""

    @call(121, "domain_get_security_label", acl="domain:read")
    def get_security_label(self) -> SecurityLabel:
        """The security label of its process."""

    @call(150, "domain_is_active", acl="domain:read", quick=True)
    def is_active(self) -> i32:
        """1 if it is running, paused counted as running."""

    @call(151, "domain_is_persistent", acl="domain:read", quick=True)
    def is_persistent(self) -> i32:
        """1 if it has a definition."""

    @call(163, "domain_get_job_info", acl="domain:read")
    def get_job_info(self) -> JobInfo:
        """The job that is running on it."""

    @call(164, "domain_abort_job", acl="domain:write")
    def abort_job(self) -> None:
        """End the job that is running on it."""

    @call(183, "domain_has_managed_save_image", acl="domain:read", quick=True)
    def has_managed_save_image(self, flags: u32 = 0) -> i32:
        """1 if its next start goes on from a managed save."""

    @call(202, "domain_is_updated", acl="domain:read", quick=True)
    def is_updated(self) -> i32:
        """1 if it was changed since it started."""

    @call(212, "domain_get_state", acl="domain:read", quick=True)
    def get_state(self, flags: u32 = 0) -> StateAndReason:
        """The state and why it is so, as libvirt's numbers."""

    @call(229, "domain_get_control_info", acl="domain:read")
    def get_control_info(self, flags: u32 = 0) -> ControlInfo:
        """Whether the hypervisor can be talked to about it."""

    @call(264, "domain_set_metadata", acl=MODIFY)
    def set_metadata(
        self,
        type: DomainMetadataType | i32,
        metadata: Text | None = None,
        key: Text | None = None,
        uri: Text | None = None,
        flags: DomainModificationImpact | u32 = 0,
    ) -> None:
        """Set its title, description or a custom element;
        None removes it.
        """

    @call(265, "domain_get_metadata", acl="domain:read", exclusive=LIVE_OR_CONFIG)
    def get_metadata(
        self,
        type: DomainMetadataType | i32,
        uri: Text | None = None,
        flags: DomainModificationImpact | u32 = 0,
    ) -> Text:
        """Its title, description or a custom element.  Raises NoDomainMetadata."""

    @call(278, "domain_get_security_label_list", acl="domain:read", count="i32", limit=64)
    def get_security_label_list(self) -> list[SecurityLabel]:
        """The security labels of its process, one for each driver."""

    @call(
        298,
        "domain_get_job_stats",
        acl="domain:read",
        requires=[("KEEP_COMPLETED", "COMPLETED")],
        words="domain.job",
    )
    def get_job_stats(self, flags: DomainGetJobStats | u32 = 0) -> JobStats:
        """The job that is running on it or was the last."""

    @call(396, "domain_get_launch_security_info", acl="domain:read", readonly=False)
    def get_launch_security_info(self, flags: u32 = 0) -> TypedParams:
        """What the launch of an encrypted guest gave, such as its measurement."""

    @call(426, "domain_get_messages", acl="domain:read", limit=2048)
    def get_messages(self, flags: DomainMessageType | u32 = 0) -> list[Text]:
        """What there is to say of it: deprecated features, tainting."""

    @call(439, "domain_set_launch_security_state", acl="domain:write")
    def set_launch_security_state(self, params: TypedParams, flags: u32 = 0) -> None:
        """Put a secret into an encrypted guest before it runs."""

    @call(442, "domain_abort_job_flags", acl="domain:write")
    def abort_job_flags(self, flags: DomainAbortJob | u32 = 0) -> None:
        """End the job that is running on it."""
