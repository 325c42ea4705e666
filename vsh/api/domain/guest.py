# mypy: disable-error-code="empty-body"
"""What the agent inside the guest answers."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain.records import FilesystemInfo, GuestTime, InterfaceAddresses
    from vsh.api.types import Text, TypedParams, i32, i64, u32, u64
    from vsh.words.domain.guest import (
        DomainAgentResponseTimeout,
        DomainAuthorizedSSHKeysSet,
        DomainGetHostname,
        DomainGuestInfoTypes,
        DomainInterfaceAddressesSource,
        DomainSetTime,
        DomainSetUserPassword,
    )


class Guest(Object):
    """Calls that need help from within the guest, mostly its agent."""

    __slots__ = ()
    kind = "Domain"

    @call(277, "domain_get_hostname", acl="domain:write")
    def get_hostname(self, flags: DomainGetHostname | u32 = 0) -> Text:
        """The guest's name of itself (``DomainGetHostname`` says whom to ask)."""

    @call(294, "domain_fstrim", api="virDomainFSTrim", acl="domain:fs_trim")
    def fstrim(self, mountPoint: Text | None, minimum: u64, flags: u32 = 0) -> None:
        """Discard unused blocks of free ranges of at least ``minimum`` bytes; None for all file
        systems.
        """

    @call(335, "domain_fsfreeze", api="virDomainFSFreeze", acl="domain:fs_freeze", limit=256)
    def fsfreeze(self, mountpoints: list[Text], flags: u32 = 0) -> i32:
        """Freeze the guest's file systems (none given: all); how many were."""

    @call(336, "domain_fsthaw", api="virDomainFSThaw", acl="domain:fs_freeze", limit=256)
    def fsthaw(self, mountpoints: list[Text], flags: u32 = 0) -> i32:
        """Thaw the guest's file systems (none given: all); how many were."""

    @call(337, "domain_get_time", acl="domain:write")
    def get_time(self, flags: u32 = 0) -> GuestTime:
        """The guest's clock."""

    @call(338, "domain_set_time", acl="domain:set_time")
    def set_time(self, seconds: i64, nseconds: u32, flags: DomainSetTime | u32 = 0) -> None:
        """Set the guest's clock, or let it take it from its hardware clock."""

    @call(
        349,
        "domain_get_fsinfo",
        api="virDomainGetFSInfo",
        acl="domain:fs_freeze",
        count="u32",
        limit=256,
    )
    def get_fsinfo(self, flags: u32 = 0) -> list[FilesystemInfo]:
        """The file systems mounted in the guest."""

    @call(
        353,
        "domain_interface_addresses",
        acl=["domain:read", "domain:write::source:VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT"],
        limit=2048,
        agent={"source": "AGENT"},
    )
    def interface_addresses(
        self, source: DomainInterfaceAddressesSource | u32, flags: u32 = 0
    ) -> list[InterfaceAddresses]:
        """Addresses of its interfaces, from leases, the agent or ARP."""

    @call(357, "domain_set_user_password", acl="domain:set_password")
    def set_user_password(
        self,
        user: Text | None = None,
        password: Text | None = None,
        flags: DomainSetUserPassword | u32 = 0,
    ) -> None:
        """Set a guest user's password."""

    @call(418, "domain_get_guest_info", acl="domain:write", limit=2048)
    def get_guest_info(self, types: DomainGuestInfoTypes | u32, flags: u32 = 0) -> TypedParams:
        """What the guest tells about itself, by groups, 0 for all."""

    @call(420, "domain_agent_set_response_timeout", acl="domain:write")
    def agent_set_response_timeout(
        self, timeout: DomainAgentResponseTimeout | i32, flags: u32 = 0
    ) -> i32:
        """How long the agent may take: seconds; -2 forever, -1 the default, 0 not at all."""

    @call(
        424,
        "domain_authorized_ssh_keys_get",
        api="virDomainAuthorizedSSHKeysGet",
        acl="domain:write",
        limit=2048,
    )
    def authorized_ssh_keys_get(self, user: Text, flags: u32 = 0) -> list[Text]:
        """The keys that may log in to the guest as a user."""

    @call(
        425,
        "domain_authorized_ssh_keys_set",
        api="virDomainAuthorizedSSHKeysSet",
        acl="domain:write",
        limit=2048,
        exclusive=[("APPEND", "REMOVE")],
    )
    def authorized_ssh_keys_set(
        self, user: Text, keys: list[Text], flags: DomainAuthorizedSSHKeysSet | u32 = 0
    ) -> None:
        """Set, add or remove keys that may log in to the guest as a user."""
