# mypy: disable-error-code="empty-body"
"""How a domain comes to run, stops, sleeps and is forgotten."""

from __future__ import annotations

from vsh.api._access import ONE_DUMP, RUNNING_OR_PAUSED
from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.api.types import Files, Text, TypedParams, i32, u32, u64
    from vsh.words.domain import DomainModificationImpact
    from vsh.words.domain.lifecycle import (
        DomainCoreDump,
        DomainCoreDumpFormat,
        DomainCreate,
        DomainDestroy,
        DomainLifecycle,
        DomainLifecycleAction,
        DomainReboot,
        DomainSaveImageXML,
        DomainSaveRestore,
        DomainShutdown,
        DomainUndefine,
    )
    from vsh.words.host import NodeSuspendTarget


class Lifecycle(Object):
    """Start, stop, save, autostart, undefine."""

    __slots__ = ()
    kind = "Domain"

    @call(9, "domain_create", acl="domain:start")
    def create(self) -> None:
        """Start it."""

    @call(12, "domain_destroy", acl="domain:stop")
    def destroy(self) -> None:
        """Stop it at once, as if its power failed."""

    @call(15, "domain_get_autostart", acl="domain:read", quick=True)
    def get_autostart(self) -> i32:
        """1 if it is started with the host."""

    @call(
        27,
        "domain_reboot",
        acl=["domain:init_control", "domain:write:VIR_DOMAIN_REBOOT_GUEST_AGENT"],
    )
    def reboot(self, flags: DomainReboot | u32 = 0) -> None:
        """Ask the guest to reboot, by the given ways."""

    @call(28, "domain_resume", acl="domain:suspend")
    def resume(self) -> None:
        """Let its vCPUs run again."""

    @call(29, "domain_set_autostart", acl="domain:write")
    def set_autostart(self, autostart: i32) -> None:
        """Start it with the host (1), or do not (0)."""

    @call(33, "domain_shutdown", acl="domain:init_control")
    def shutdown(self) -> None:
        """Ask the guest to shut down."""

    @call(34, "domain_suspend", acl="domain:suspend")
    def suspend(self) -> None:
        """Pause its vCPUs; it keeps its memory."""

    @call(35, "domain_undefine", acl="domain:delete")
    def undefine(self) -> None:
        """Forget its definition."""

    @call(53, "domain_core_dump", acl="domain:core_dump", exclusive=ONE_DUMP)
    def core_dump(self, to: Text, flags: DomainCoreDump | u32 = 0) -> None:
        """Write a dump of the guest to a file on the host."""

    @call(55, "domain_save", acl="domain:hibernate")
    def save(self, to: Text) -> None:
        """Write its memory to a file on the host and stop it."""

    @call(182, "domain_managed_save", acl="domain:hibernate", exclusive=RUNNING_OR_PAUSED)
    def managed_save(self, flags: DomainSaveRestore | u32 = 0) -> None:
        """Write its memory to a file of libvirt's and stop it; the next start goes on there."""

    @call(184, "domain_managed_save_remove", acl="domain:hibernate")
    def managed_save_remove(self, flags: u32 = 0) -> None:
        """Forget the managed save image."""

    @call(196, "domain_create_with_flags", acl="domain:start")
    def create_with_flags(self, flags: DomainCreate | u32 = 0) -> Domain:
        """Start it; the handle with its new id."""

    @call(231, "domain_undefine_flags", acl="domain:delete")
    def undefine_flags(self, flags: DomainUndefine | u32 = 0) -> None:
        """Forget its definition and what hangs on it."""

    @call(232, "domain_save_flags", acl="domain:hibernate", exclusive=RUNNING_OR_PAUSED)
    def save_flags(
        self, to: Text, dxml: Text | None = None, flags: DomainSaveRestore | u32 = 0
    ) -> None:
        """Write its memory to a file and stop it, with other XML in it if ``dxml`` is given."""

    @call(234, "domain_destroy_flags", acl="domain:stop")
    def destroy_flags(self, flags: DomainDestroy | u32 = 0) -> None:
        """Stop it at once."""

    @call(245, "domain_reset", acl="domain:reset")
    def reset(self, flags: u32 = 0) -> None:
        """Reset it, as the button does."""

    @call(
        258,
        "domain_shutdown_flags",
        acl=["domain:init_control", "domain:write:VIR_DOMAIN_SHUTDOWN_GUEST_AGENT"],
    )
    def shutdown_flags(self, flags: DomainShutdown | u32 = 0) -> None:
        """Ask the guest to shut down, by the given ways."""

    @call(
        261,
        "domain_pm_suspend_for_duration",
        api="virDomainPMSuspendForDuration",
        acl="domain:pm_control",
    )
    def pm_suspend_for_duration(
        self, target: NodeSuspendTarget | u32, duration: u64, flags: u32 = 0
    ) -> None:
        """Ask the guest to suspend for that many seconds, 0 for ever."""

    @call(267, "domain_pm_wakeup", api="virDomainPMWakeup", acl="domain:pm_control")
    def pm_wakeup(self, flags: u32 = 0) -> None:
        """Wake the guest from a suspend to memory."""

    @call(310, "domain_create_with_files", acl="domain:start")
    def create_with_files(self, files: Files, flags: DomainCreate | u32 = 0) -> Domain:
        """Start it; its first process gets the files (LXC)."""

    @call(334, "domain_core_dump_with_format", acl="domain:core_dump", exclusive=ONE_DUMP)
    def core_dump_with_format(
        self, to: Text, dumpformat: DomainCoreDumpFormat | u32, flags: DomainCoreDump | u32 = 0
    ) -> None:
        """Write a dump of the guest in a format."""

    @call(
        358,
        "domain_rename",
        acl=["domain:write", "domain:save"],
        needs={"new_name": "string new_name in %s must not be empty"},
    )
    def rename(self, new_name: Text | None = None, flags: u32 = 0) -> i32:
        """Give it another name."""

    @call(
        388,
        "domain_managed_save_get_xml_desc",
        api="virDomainManagedSaveGetXMLDesc",
        acl=["domain:read", "domain:read_secure:VIR_DOMAIN_SAVE_IMAGE_XML_SECURE"],
        secure=("SECURE",),
    )
    def managed_save_get_xml_desc(self, flags: DomainSaveImageXML | u32 = 0) -> Text:
        """The domain XML in the managed save image."""

    @call(
        389,
        "domain_managed_save_define_xml",
        api="virDomainManagedSaveDefineXML",
        acl=["domain:write", "domain:hibernate"],
        exclusive=RUNNING_OR_PAUSED,
    )
    def managed_save_define_xml(
        self, dxml: Text | None = None, flags: DomainSaveRestore | u32 = 0
    ) -> None:
        """Replace the domain XML in the managed save image."""

    @call(390, "domain_set_lifecycle_action", acl="domain:write")
    def set_lifecycle_action(
        self,
        type: DomainLifecycle | u32,
        action: DomainLifecycleAction | u32,
        flags: DomainModificationImpact | u32 = 0,
    ) -> None:
        """What to do when it powers off, reboots or crashes."""

    @call(440, "domain_save_params", acl="domain:hibernate", exclusive=RUNNING_OR_PAUSED)
    def save_params(self, params: TypedParams, flags: DomainSaveRestore | u32 = 0) -> None:
        """Write its memory and stop it; the parameters say where and how."""

    @call(449, "domain_get_autostart_once", acl="domain:read")
    def get_autostart_once(self) -> i32:
        """1 if it is started with the host the next time only."""

    @call(450, "domain_set_autostart_once", acl="domain:write")
    def set_autostart_once(self, autostart: i32) -> None:
        """Start it with the host the next time only (1), or do not (0)."""
