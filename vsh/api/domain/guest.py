# mypy: disable-error-code="empty-body"
"""What the agent inside the guest answers."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain.records import FilesystemInfo, GuestTime, InterfaceAddresses
    from vsh.api.types import Text, TypedParams, i32, i64, u32, u64


class Guest(Object):
    """Calls that need help from within the guest, mostly its agent."""

    __slots__ = ()
    prefix = "domain_"
    kind = "Domain"

    @call(277, acl="domain:write")
    def get_hostname(self, flags: u32 = 0) -> Text:
        """Domain get hostname."""

    @call(294, acl="domain:fs_trim")
    def fstrim(self, mountPoint: Text | None, minimum: u64, flags: u32 = 0) -> None:
        """Domain fstrim."""

    @call(335, acl="domain:fs_freeze", limit=256)
    def fsfreeze(self, mountpoints: list[Text], flags: u32 = 0) -> i32:
        """Domain fsfreeze."""

    @call(336, acl="domain:fs_freeze", limit=256)
    def fsthaw(self, mountpoints: list[Text], flags: u32 = 0) -> i32:
        """Domain fsthaw."""

    @call(337, acl="domain:write")
    def get_time(self, flags: u32 = 0) -> GuestTime:
        """Domain get time."""

    @call(338, acl="domain:set_time")
    def set_time(self, seconds: i64, nseconds: u32, flags: u32 = 0) -> None:
        """Domain set time."""

    @call(349, acl="domain:fs_freeze", count="u32", limit=256)
    def get_fsinfo(self, flags: u32 = 0) -> list[FilesystemInfo]:
        """Domain get fsinfo."""

    @call(
        353, acl=["domain:read", "domain:write::source:VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT"],
        limit=2048
    )
    def interface_addresses(self, source: u32, flags: u32 = 0) -> list[InterfaceAddresses]:
        """Domain interface addresses."""

    @call(357, acl="domain:set_password")
    def set_user_password(
        self, user: Text | None = None, password: Text | None = None, flags: u32 = 0
    ) -> None:
        """Domain set user password."""

    @call(418, acl="domain:write", limit=2048)
    def get_guest_info(self, types: u32, flags: u32 = 0) -> TypedParams:
        """Domain get guest info."""

    @call(420, acl="domain:write")
    def agent_set_response_timeout(self, timeout: i32, flags: u32 = 0) -> i32:
        """Domain agent set response timeout."""

    @call(424, acl="domain:write", limit=2048)
    def authorized_ssh_keys_get(self, user: Text, flags: u32 = 0) -> list[Text]:
        """Domain authorized ssh keys get."""

    @call(425, acl="domain:write", limit=2048)
    def authorized_ssh_keys_set(self, user: Text, keys: list[Text], flags: u32 = 0) -> None:
        """Domain authorized ssh keys set."""
