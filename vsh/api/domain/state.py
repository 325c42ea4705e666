# mypy: disable-error-code="empty-body"
"""What a domain is and does: its state, document, names and jobs."""

from __future__ import annotations

from vsh.api._access import MODIFY
from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain.records import (
        ControlInfo, DomainInfo, JobInfo, JobStats, SecurityLabel, StateAndReason,
    )
    from vsh.api.types import Text, TypedParams, i32, u32


class State(Object):
    """Questions about a domain, its XML and its metadata."""

    __slots__ = ()
    prefix = "domain_"
    kind = "Domain"

    @call(
        14,
        acl=[
            "domain:read",
            "domain:read_secure:VIR_DOMAIN_XML_SECURE",
            "domain:read_secure:VIR_DOMAIN_XML_MIGRATABLE",
        ]
    )
    def get_xml_desc(self, flags: u32 = 0) -> Text:
        """Domain get xml desc."""

    @call(16, acl="domain:read")
    def get_info(self) -> DomainInfo:
        """Domain get info."""

    @call(19, acl="domain:read")
    def get_os_type(self) -> Text:
        """Domain get os type."""

    @call(121, acl="domain:read")
    def get_security_label(self) -> SecurityLabel:
        """Domain get security label."""

    @call(150, acl="domain:read")
    def is_active(self) -> i32:
        """Domain is active."""

    @call(151, acl="domain:read")
    def is_persistent(self) -> i32:
        """Domain is persistent."""

    @call(163, acl="domain:read")
    def get_job_info(self) -> JobInfo:
        """Domain get job info."""

    @call(164, acl="domain:write")
    def abort_job(self) -> None:
        """Domain abort job."""

    @call(183, acl="domain:read")
    def has_managed_save_image(self, flags: u32 = 0) -> i32:
        """Domain has managed save image."""

    @call(202, acl="domain:read")
    def is_updated(self) -> i32:
        """Domain is updated."""

    @call(212, acl="domain:read")
    def get_state(self, flags: u32 = 0) -> StateAndReason:
        """Domain get state."""

    @call(229, acl="domain:read")
    def get_control_info(self, flags: u32 = 0) -> ControlInfo:
        """Domain get control info."""

    @call(264, acl=MODIFY)
    def set_metadata(
        self, type: i32, metadata: Text | None = None, key: Text | None = None,
        uri: Text | None = None, flags: u32 = 0
    ) -> None:
        """Domain set metadata."""

    @call(265, acl="domain:read")
    def get_metadata(self, type: i32, uri: Text | None = None, flags: u32 = 0) -> Text:
        """Domain get metadata."""

    @call(278, acl="domain:read", count="i32", limit=64)
    def get_security_label_list(self) -> list[SecurityLabel]:
        """Domain get security label list."""

    @call(298, acl="domain:read")
    def get_job_stats(self, flags: u32 = 0) -> JobStats:
        """Domain get job stats."""

    @call(396, acl="domain:read")
    def get_launch_security_info(self, flags: u32 = 0) -> TypedParams:
        """Domain get launch security info."""

    @call(426, acl="domain:read", limit=2048)
    def get_messages(self, flags: u32 = 0) -> list[Text]:
        """Domain get messages."""

    @call(439, acl="domain:write")
    def set_launch_security_state(self, params: TypedParams, flags: u32 = 0) -> None:
        """Domain set launch security state."""

    @call(442, acl="domain:write")
    def abort_job_flags(self, flags: u32 = 0) -> None:
        """Domain abort job flags."""
