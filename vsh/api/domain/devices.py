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
    from vsh.words.domain import DomainModificationImpact
    from vsh.words.domain.devices import (
        DomainChannel,
        DomainConsole,
        DomainDeviceModify,
        DomainFDAssociate,
        DomainGraphicsReloadType,
        DomainOpenGraphics,
        DomainProcessSignal,
        KeycodeSet,
    )
    from vsh.words.domain.monitor import DomainQemuAgentCommandTimeout, DomainQemuMonitorCommand


class Devices(Object):
    """Devices and what goes in and out through them."""

    __slots__ = ()
    kind = "Domain"

    @call(8, "domain_attach_device", acl="domain:write")
    def attach_device(self, xml: Text) -> None:
        """Plug a device into a running domain."""

    @call(13, "domain_detach_device", acl="domain:write")
    def detach_device(self, xml: Text) -> None:
        """Unplug a device from a running domain."""

    @call(65, "domain_interface_stats", acl="domain:read")
    def interface_stats(self, device: Text) -> InterfaceStats:
        """Traffic of an interface, by its target ("vnet0") or MAC address."""

    @call(160, "domain_attach_device_flags", acl=MODIFY)
    def attach_device_flags(self, xml: Text, flags: DomainDeviceModify | u32 = 0) -> None:
        """Plug in a device, live, in the definition, or both."""

    @call(161, "domain_detach_device_flags", acl=MODIFY)
    def detach_device_flags(self, xml: Text, flags: DomainDeviceModify | u32 = 0) -> None:
        """Unplug a device, live, in the definition, or both."""

    @call(174, "domain_update_device_flags", acl=MODIFY)
    def update_device_flags(self, xml: Text, flags: DomainDeviceModify | u32 = 0) -> None:
        """Change a device, live, in the definition, or both."""

    @call(201, "domain_open_console", acl="domain:open_device", stream="read")
    def open_console(
        self, dev_name: Text | None, stream: Stream, flags: DomainConsole | u32 = 0
    ) -> None:
        """Connect a stream to a console or serial port; None for the first."""

    @call(210, "domain_inject_nmi", api="virDomainInjectNMI", acl="domain:inject_nmi")
    def inject_nmi(self, flags: u32 = 0) -> None:
        """Send the guest a non-maskable interrupt."""

    @call(211, "domain_screenshot", acl="domain:screenshot", stream="read")
    def screenshot(self, stream: Stream, screen: u32, flags: u32 = 0) -> Text | None:
        """Send a picture of a screen into a stream; its MIME type."""

    @call(
        226,
        "domain_send_key",
        acl="domain:send_input",
        limit=16,
        needs={"keycodes": "nkeycodes in %s must be greater than zero"},
    )
    def send_key(
        self, codeset: KeycodeSet | u32, holdtime: u32, keycodes: list[u32], flags: u32 = 0
    ) -> None:
        """Press keys together for ``holdtime`` ms; 16 at most."""

    @call(249, "domain_open_graphics", acl="domain:open_graphics")
    def open_graphics(self, idx: u32, fd: File, flags: DomainOpenGraphics | u32 = 0) -> None:
        """Connect a socket to the graphics display of that number."""

    @call(
        256,
        "domain_set_interface_parameters",
        acl=MODIFY,
        limit=16,
        needs={"params": "nparams in %s must be greater than zero"},
    )
    def set_interface_parameters(
        self, device: Text, params: TypedParams, flags: DomainModificationImpact | u32 = 0
    ) -> None:
        """Change the bandwidth limits of an interface."""

    @call(
        257,
        "domain_get_interface_parameters",
        acl="domain:read",
        wire="device, nparams: i32 = 16, flags",
        count="i32",
        limit=16,
        texts=True,
    )
    def get_interface_parameters(
        self, device: Text, flags: DomainModificationImpact | u32 = 0
    ) -> TypedParams:
        """Bandwidth limits of an interface, in KiB/s and KiB."""

    @call(
        295,
        "domain_send_process_signal",
        acl="domain:send_signal",
        needs={"pid_value": "pid_value in %s must not be zero"},
    )
    def send_process_signal(
        self, pid_value: i64, signum: DomainProcessSignal | u32, flags: u32 = 0
    ) -> None:
        """Send a signal to a process in the guest."""

    @call(296, "domain_open_channel", acl="domain:open_device", stream="read")
    def open_channel(
        self, name: Text | None, stream: Stream, flags: DomainChannel | u32 = 0
    ) -> None:
        """Connect a stream to a channel; None for the first."""

    @call(343, "domain_open_graphics_fd", api="virDomainOpenGraphicsFD", acl="domain:open_graphics")
    def open_graphics_fd(self, idx: u32, flags: DomainOpenGraphics | u32 = 0) -> File:
        """A socket that is connected to the graphics display of that number."""

    @call(392, "domain_detach_device_alias", acl=MODIFY)
    def detach_device_alias(self, alias: Text, flags: DomainModificationImpact | u32 = 0) -> None:
        """Ask the guest to let go of the device with that alias; an event tells when it has."""

    @call(443, "domain_fd_associate", api="virDomainFDAssociate", acl="domain:write")
    def fd_associate(self, name: Text, fds: Files, flags: DomainFDAssociate | u32 = 0) -> None:
        """Give open files a name that disk sources can refer to."""

    @call(448, "domain_graphics_reload", acl="domain:write")
    def graphics_reload(self, type: DomainGraphicsReloadType | u32, flags: u32 = 0) -> None:
        """Load the TLS certificates of the graphics displays of a type again."""

    @call(456, "domain_announce_interface", acl="domain:write", limit=16)
    def announce_interface(self, device: Text | None, params: TypedParams, flags: u32 = 0) -> None:
        """Have an interface, by its MAC address (None: all), make itself known in its network.

        The parameters are ``initial``, ``max``, ``step`` (milliseconds) and ``rounds``, all of them
        ``uint``.
        """

    @call(
        1,
        "domain_monitor_command",
        program="qemu",
        api="virDomainQemuMonitorCommand",
        acl="domain:write",
    )
    def monitor_command(self, cmd: Text, flags: DomainQemuMonitorCommand | u32 = 0) -> Text:
        """Say something to QEMU's monitor: JSON, or text with the flag for it; its answer."""

    @call(
        1,
        "domain_open_namespace",
        program="lxc",
        api="virDomainLxcOpenNamespace",
        acl="domain:open_namespace",
    )
    def open_namespace(self, flags: u32 = 0) -> Files:
        """Files that stand for the namespaces of a container."""

    @call(
        3,
        "domain_agent_command",
        program="qemu",
        api="virDomainQemuAgentCommand",
        acl="domain:write",
    )
    def agent_command(
        self, cmd: Text, timeout: DomainQemuAgentCommandTimeout | i32, flags: u32 = 0
    ) -> Text | None:
        """Say something to the guest's agent; its answer.

        ``timeout`` in seconds; -2 forever, -1 the default, 0 not at all.
        """

    @call(
        7,
        "domain_monitor_command_with_files",
        program="qemu",
        api="virDomainQemuMonitorCommandWithFiles",
        acl="domain:write",
    )
    def monitor_command_with_files(
        self, cmd: Text, infiles: Files, flags: DomainQemuMonitorCommand | u32 = 0
    ) -> MonitorReply:
        """Say something to QEMU's monitor and pass it files; its answer and its files."""
