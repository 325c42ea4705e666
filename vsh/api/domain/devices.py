# mypy: disable-error-code="empty-body"
"""Devices of a running or defined domain: attach, detach, consoles, screens, keys, monitors."""

from __future__ import annotations

from vsh.api._access import MODIFY
from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain.records import InterfaceStats, MonitorReply
    from vsh.api.stream import Stream
    from vsh.api.types import File, Files, Text, TypedParams, i32, i64, u32


class Devices(Object):
    """Devices and what goes in and out through them."""

    __slots__ = ()
    prefix = "domain_"
    kind = "Domain"

    @call(8, acl="domain:write")
    def attach_device(self, xml: Text) -> None:
        """Domain attach device."""

    @call(13, acl="domain:write")
    def detach_device(self, xml: Text) -> None:
        """Domain detach device."""

    @call(65, acl="domain:read")
    def interface_stats(self, device: Text) -> InterfaceStats:
        """Domain interface stats."""

    @call(160, acl=MODIFY)
    def attach_device_flags(self, xml: Text, flags: u32 = 0) -> None:
        """Domain attach device flags."""

    @call(161, acl=MODIFY)
    def detach_device_flags(self, xml: Text, flags: u32 = 0) -> None:
        """Domain detach device flags."""

    @call(174, acl=MODIFY)
    def update_device_flags(self, xml: Text, flags: u32 = 0) -> None:
        """Domain update device flags."""

    @call(201, acl="domain:open_device", stream="read")
    def open_console(self, dev_name: Text | None, stream: Stream, flags: u32 = 0) -> None:
        """Domain open console."""

    @call(210, acl="domain:inject_nmi")
    def inject_nmi(self, flags: u32 = 0) -> None:
        """Domain inject nmi."""

    @call(211, acl="domain:screenshot", stream="read")
    def screenshot(self, stream: Stream, screen: u32, flags: u32 = 0) -> Text | None:
        """Domain screenshot."""

    @call(226, acl="domain:send_input", limit=16)
    def send_key(self, codeset: u32, holdtime: u32, keycodes: list[u32], flags: u32 = 0) -> None:
        """Domain send key."""

    @call(249, acl="domain:open_graphics")
    def open_graphics(self, idx: u32, fd: File, flags: u32 = 0) -> None:
        """Domain open graphics."""

    @call(256, acl=MODIFY, limit=16)
    def set_interface_parameters(self, device: Text, params: TypedParams, flags: u32 = 0) -> None:
        """Domain set interface parameters."""

    @call(257, acl="domain:read", wire="device, nparams: i32 = 16, flags", count="i32", limit=16)
    def get_interface_parameters(self, device: Text, flags: u32 = 0) -> TypedParams:
        """Domain get interface parameters."""

    @call(295, acl="domain:send_signal")
    def send_process_signal(self, pid_value: i64, signum: u32, flags: u32 = 0) -> None:
        """Domain send process signal."""

    @call(296, acl="domain:open_device", stream="read")
    def open_channel(self, name: Text | None, stream: Stream, flags: u32 = 0) -> None:
        """Domain open channel."""

    @call(343, acl="domain:open_graphics")
    def open_graphics_fd(self, idx: u32, flags: u32 = 0) -> File:
        """Domain open graphics fd."""

    @call(392, acl=MODIFY)
    def detach_device_alias(self, alias: Text, flags: u32 = 0) -> None:
        """Domain detach device alias."""

    @call(443, acl="domain:write")
    def fd_associate(self, name: Text, fds: Files, flags: u32 = 0) -> None:
        """Domain fd associate."""

    @call(448, acl="domain:write")
    def graphics_reload(self, type: u32, flags: u32 = 0) -> None:
        """Domain graphics reload."""

    @call(1, program="qemu", acl="domain:write", api="virDomainQemuMonitorCommand")
    def monitor_command(self, cmd: Text, flags: u32 = 0) -> Text:
        """Domain monitor command."""

    @call(1, program="lxc", acl="domain:open_namespace", api="virDomainLxcOpenNamespace")
    def open_namespace(self, flags: u32 = 0) -> Files:
        """Domain open namespace."""

    @call(3, program="qemu", acl="domain:write", api="virDomainQemuAgentCommand")
    def agent_command(self, cmd: Text, timeout: i32, flags: u32 = 0) -> Text | None:
        """Domain agent command."""

    @call(7, program="qemu", acl="domain:write", api="virDomainQemuMonitorCommandWithFiles")
    def monitor_command_with_files(self, cmd: Text, infiles: Files, flags: u32 = 0) -> MonitorReply:
        """Domain monitor command with files."""
