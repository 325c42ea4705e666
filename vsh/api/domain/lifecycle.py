# mypy: disable-error-code="empty-body"
"""How a domain comes to run, stops, sleeps and is forgotten."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.api.types import Files, Text, TypedParams, i32, u32, u64


class Lifecycle(Object):
    """Start, stop, save, autostart, undefine."""

    __slots__ = ()
    prefix = "domain_"
    kind = "Domain"

    @call(9, acl="domain:start")
    def create(self) -> None:
        """Domain create."""

    @call(12, acl="domain:stop")
    def destroy(self) -> None:
        """Domain destroy."""

    @call(15, acl="domain:read")
    def get_autostart(self) -> i32:
        """Domain get autostart."""

    @call(27, acl=["domain:init_control", "domain:write:VIR_DOMAIN_REBOOT_GUEST_AGENT"])
    def reboot(self, flags: u32 = 0) -> None:
        """Domain reboot."""

    @call(28, acl="domain:suspend")
    def resume(self) -> None:
        """Domain resume."""

    @call(29, acl="domain:write")
    def set_autostart(self, autostart: i32) -> None:
        """Domain set autostart."""

    @call(33, acl="domain:init_control")
    def shutdown(self) -> None:
        """Domain shutdown."""

    @call(34, acl="domain:suspend")
    def suspend(self) -> None:
        """Domain suspend."""

    @call(35, acl="domain:delete")
    def undefine(self) -> None:
        """Domain undefine."""

    @call(53, acl="domain:core_dump")
    def core_dump(self, to: Text, flags: u32 = 0) -> None:
        """Domain core dump."""

    @call(55, acl="domain:hibernate")
    def save(self, to: Text) -> None:
        """Domain save."""

    @call(182, acl="domain:hibernate")
    def managed_save(self, flags: u32 = 0) -> None:
        """Domain managed save."""

    @call(184, acl="domain:hibernate")
    def managed_save_remove(self, flags: u32 = 0) -> None:
        """Domain managed save remove."""

    @call(196, acl="domain:start")
    def create_with_flags(self, flags: u32 = 0) -> Domain:
        """Domain create with flags."""

    @call(231, acl="domain:delete")
    def undefine_flags(self, flags: u32 = 0) -> None:
        """Domain undefine flags."""

    @call(232, acl="domain:hibernate")
    def save_flags(self, to: Text, dxml: Text | None = None, flags: u32 = 0) -> None:
        """Domain save flags."""

    @call(234, acl="domain:stop")
    def destroy_flags(self, flags: u32 = 0) -> None:
        """Domain destroy flags."""

    @call(245, acl="domain:reset")
    def reset(self, flags: u32 = 0) -> None:
        """Domain reset."""

    @call(258, acl=["domain:init_control", "domain:write:VIR_DOMAIN_SHUTDOWN_GUEST_AGENT"])
    def shutdown_flags(self, flags: u32 = 0) -> None:
        """Domain shutdown flags."""

    @call(261, acl="domain:pm_control")
    def pm_suspend_for_duration(self, target: u32, duration: u64, flags: u32 = 0) -> None:
        """Domain pm suspend for duration."""

    @call(267, acl="domain:pm_control")
    def pm_wakeup(self, flags: u32 = 0) -> None:
        """Domain pm wakeup."""

    @call(310, acl="domain:start")
    def create_with_files(self, files: Files, flags: u32 = 0) -> Domain:
        """Domain create with files."""

    @call(334, acl="domain:core_dump")
    def core_dump_with_format(self, to: Text, dumpformat: u32, flags: u32 = 0) -> None:
        """Domain core dump with format."""

    @call(358, acl=["domain:write", "domain:save"])
    def rename(self, new_name: Text | None = None, flags: u32 = 0) -> i32:
        """Domain rename."""

    @call(388, acl=["domain:read", "domain:read_secure:VIR_DOMAIN_SAVE_IMAGE_XML_SECURE"])
    def managed_save_get_xml_desc(self, flags: u32 = 0) -> Text:
        """Domain managed save get xml desc."""

    @call(389, acl=["domain:write", "domain:hibernate"])
    def managed_save_define_xml(self, dxml: Text | None = None, flags: u32 = 0) -> None:
        """Domain managed save define xml."""

    @call(390, acl="domain:write")
    def set_lifecycle_action(self, type: u32, action: u32, flags: u32 = 0) -> None:
        """Domain set lifecycle action."""

    @call(440, acl="domain:hibernate")
    def save_params(self, params: TypedParams, flags: u32 = 0) -> None:
        """Domain save params."""

    @call(449, acl="domain:read")
    def get_autostart_once(self) -> i32:
        """Domain get autostart once."""

    @call(450, acl="domain:write")
    def set_autostart_once(self, autostart: i32) -> None:
        """Domain set autostart once."""
