"""What can be done to and seen of a guest's devices while it runs."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile

from vsh.api.domain import devices
from vsh.api.domain.records import InterfaceStats, MonitorReply
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.qemu.terminal import open_socket, open_terminal
from vsh.drivers.state.streams import Bytes
from vsh.drivers.state.taints import CUSTOM_AGENT, CUSTOM_MONITOR
from vsh.errors import InternalError, InvalidArgument, OperationFailed, OperationInvalid
from vsh.hypervisors.qemu.machine import is_modern
from vsh.words.domain import DomainModificationImpact
from vsh.words.domain.devices import (
    DomainChannel,
    DomainConsole,
    DomainDeviceModify,
    DomainGraphicsReloadType,
    DomainOpenGraphics,
)
from vsh.words.domain.monitor import DomainQemuAgentCommandTimeout, DomainQemuMonitorCommand
from vsh.words.parameter import TypedParameterFlags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.api.stream import Stream
    from vsh.api.types import TypedParams
    from vsh.drivers.qemu.guest import Guest
    from vsh.xml.domain.devices.chardev import Character

_IMPACT = DomainModificationImpact.LIVE | DomainModificationImpact.CONFIG


class Devices(QemuPart, answers=devices):
    """Devices that come, change and leave; consoles, channels, the monitor, keys, the screen."""

    def attach_device(self, domain: Domain, xml: str) -> None:
        self.attach_device_flags(domain, xml, DomainModificationImpact.LIVE)

    def attach_device_flags(self, domain: Domain, xml: str, flags: int = 0) -> None:
        from vsh.drivers.qemu.devices import attach

        self.accept(flags, _IMPACT, "qemuDomainAttachDeviceLiveAndConfig")
        with self.guests.modify(domain) as guest:
            attach.attach(self.hypervisor, guest, xml, flags)

    def detach_device(self, domain: Domain, xml: str) -> None:
        self.detach_device_flags(domain, xml, DomainModificationImpact.LIVE)

    def detach_device_flags(self, domain: Domain, xml: str, flags: int = 0) -> None:
        from vsh.drivers.qemu.devices import detach

        self.accept(flags, _IMPACT, "qemuDomainDetachDeviceLiveAndConfig")
        with self.guests.modify(domain) as guest:
            detach.detach(self.hypervisor, guest, xml, flags)

    def detach_device_alias(self, domain: Domain, alias: str, flags: int = 0) -> None:
        from vsh.drivers.qemu.devices import detach

        self.accept(flags, _IMPACT, "qemuDomainDetachDeviceAliasLiveAndConfig")
        with self.guests.modify(domain) as guest:
            detach.detach_alias(self.hypervisor, guest, alias, flags)

    def update_device_flags(self, domain: Domain, xml: str, flags: int = 0) -> None:
        from vsh.drivers.qemu.devices import update

        known = _IMPACT | DomainDeviceModify.FORCE
        self.accept(flags, known, "qemuDomainUpdateDeviceFlags")
        with self.guests.modify(domain) as guest:
            force = bool(flags & DomainDeviceModify.FORCE)
            update.update(self.hypervisor, guest, xml, flags & _IMPACT, force=force)

    def open_console(
        self, domain: Domain, dev_name: str | None, stream: Stream, flags: int = 0
    ) -> None:
        self.accept(flags, DomainConsole.SAFE | DomainConsole.FORCE, "qemuDomainOpenConsole")
        with self.guests.modify(domain, active=True) as guest:
            device = _console(guest, dev_name)
            if device is None:
                raise InternalError(
                    f"cannot find character device {'<null>' if dev_name is None else dev_name}"
                )
            if device.type != "pty":
                shown = str(dev_name or device.alias)
                raise InternalError(f"character device {shown} is not using a PTY")
            force = bool(flags & DomainConsole.FORCE)
            self._connect(guest, device, stream, "console session", force=force)

    def open_channel(
        self, domain: Domain, name: str | None, stream: Stream, flags: int = 0
    ) -> None:
        self.accept(flags, DomainChannel.FORCE, "qemuDomainOpenChannel")
        with self.guests.modify(domain, active=True) as guest:
            channels = guest.definition.channels
            found = [c for c in channels if name is None or name in (c.alias, c.name)]
            if not found:
                shown = "<null>" if name is None else name
                raise InternalError(f"cannot find channel {shown}")
            if found[0].type != "unix":
                shown = str(name or found[0].alias)
                raise InternalError(f"channel {shown} is not using a UNIX socket")
            force = bool(flags & DomainChannel.FORCE)
            self._connect(guest, found[0], stream, "channel stream", force=force)

    def _connect(
        self, guest: Guest, device: Character, stream: Stream, what: str, *, force: bool
    ) -> None:
        """Join a stream to a terminal or socket; ``what`` is what one of them can have one of."""
        path = device.sources[0].path if device.sources else None
        if path is None:
            raise InternalError("PTY device is not yet assigned")
        assert guest.run is not None
        taken, alias = guest.run.consoles, str(device.alias)
        other = taken.pop(alias, None) if force else taken.get(alias)
        if other is not None and not force:
            raise OperationFailed(f"Active {what} exists for this domain")
        if other is not None:
            other.take_away()

        def done() -> None:
            if taken.get(alias) is channel:
                del taken[alias]

        opened = open_terminal if device.type == "pty" else open_socket
        channel = opened(path, done)
        taken[alias] = channel
        stream.channel = channel

    def interface_stats(self, domain: Domain, device: str) -> InterfaceStats:
        from vsh.drivers.qemu import statistics

        with self.guests.query(domain, active=True) as guest:
            for each in guest.definition.interfaces:
                if device in (each.target, each.mac):
                    if each.target is None:
                        raise InternalError("Interface name not provided")
                    ours = statistics.counted_from_outside(each.type)
                    found = statistics.interface(each.target, ours=ours)
                    if found is None:
                        raise InternalError("/proc/net/dev: Interface not found")
                    return InterfaceStats(*found)
        raise InvalidArgument(f"'{device}' is not a known interface")

    def get_interface_parameters(self, domain: Domain, device: str, flags: int = 0) -> TypedParams:
        from vsh.drivers.state import card_limits

        known = _IMPACT | TypedParameterFlags.STRING_OKAY
        self.accept(flags, known, "qemuDomainGetInterfaceParameters")
        with self.guests.query(domain) as guest:
            return card_limits.shown(card_limits.find(guest.one(flags), device))

    def set_interface_parameters(
        self, domain: Domain, device: str, params: TypedParams, flags: int = 0
    ) -> None:
        from vsh.drivers.qemu.devices import limits
        from vsh.drivers.state.card_limits import Limits

        self.accept(flags, _IMPACT, "qemuDomainSetInterfaceParameters")
        wanted = Limits(params)
        with self.guests.modify(domain) as guest:
            limits.change(self.hypervisor, *guest.both(flags), device, wanted)

    # ---- screens

    def fd_associate(self, domain: Domain, name: str, fds: list[int], flags: int = 0) -> None:
        from vsh.drivers.qemu import associated
        from vsh.words.domain.devices import DomainFDAssociate

        writable = DomainFDAssociate.SECLABEL_WRITABLE
        self.accept(flags, writable | DomainFDAssociate.SECLABEL_RESTORE, "qemuDomainFDAssociate")
        if not fds:
            return
        with self.guests.query(domain) as guest:
            giver = self.driver
            groups = guest.associated
            associated.give(groups, name, fds, giver, writable=bool(flags & writable))
            if guest not in giver.given:
                giver.given.append(guest)

    def open_graphics(self, domain: Domain, idx: int, fd: int, flags: int = 0) -> None:
        from vsh.drivers.qemu import screens

        self.accept(flags, DomainOpenGraphics.SKIPAUTH, "qemuDomainOpenGraphics")
        with self.guests.modify(domain, active=True) as guest:
            screens.connect(guest, idx, fd, trusted=bool(flags))

    def open_graphics_fd(self, domain: Domain, idx: int, flags: int = 0) -> int:
        from vsh.drivers.qemu import screens

        self.accept(flags, DomainOpenGraphics.SKIPAUTH, "qemuDomainOpenGraphicsFD")
        with self.guests.modify(domain, active=True) as guest:
            return screens.connected(guest, idx, trusted=bool(flags))

    def graphics_reload(self, domain: Domain, kind: int, flags: int = 0) -> None:
        from vsh.drivers.qemu import screens

        self.accept(flags, 0, "qemuDomainGraphicsReload")
        if kind not in (DomainGraphicsReloadType.ANY, DomainGraphicsReloadType.VNC):
            raise InvalidArgument.whole("type must be less than 2")
        with self.guests.modify(domain) as guest:
            if kind == DomainGraphicsReloadType.VNC or screens.has_vnc(guest):
                if not guest.active:
                    raise OperationInvalid("domain is not running")
                screens.reload(guest)

    # ---- words for QEMU and its guest

    def announce_interface(
        self, domain: Domain, device: str | None, params: TypedParams, flags: int = 0
    ) -> None:
        from vsh.drivers.qemu.devices import links

        self.accept(flags, 0, "qemuDomainAnnounceInterface")
        with self.guests.modify(domain, active=True) as guest:
            links.announce(guest, device, params)

    def agent_command(
        self, domain: Domain, command: str, timeout: int, flags: int = 0
    ) -> str | None:
        from vsh.drivers.qemu import agent
        from vsh.qmp import typed

        self.accept(flags, 0, "qemuDomainQemuAgentCommand")
        with self.guests.query(domain, active=True) as guest:
            agent.check_available(guest)
            if timeout < DomainQemuAgentCommandTimeout.MIN:
                raise InvalidArgument(
                    f"guest agent timeout '{timeout}' is less than the minimum "
                    f"'{DomainQemuAgentCommandTimeout.MIN:d}'"
                )
            newer = is_modern(guest.definition)
            wanted = typed.read(command, newer=newer)
            guest.taints.add(CUSTOM_AGENT)
            line = json.dumps(wanted, separators=(",", ":")).encode() + b"\n"
            answer = agent.talk(guest, line, timeout)
            name = wanted.get("execute") if isinstance(wanted, dict) else None
            name = name if isinstance(name, str) else "<unknown>"
            agent.value_of(answer, name, newer=newer)
            return json.dumps(answer, separators=(",", ":"), ensure_ascii=False)

    def inject_nmi(self, domain: Domain, flags: int = 0) -> None:
        self.accept(flags, 0, "qemuDomainInjectNMI")
        with self.guests.modify(domain, active=True) as guest:
            guest.ask("inject-nmi")

    def send_key(
        self, domain: Domain, codeset: int, hold: int, codes: list[int], flags: int = 0
    ) -> None:
        from vsh.drivers.qemu import key_codes

        self.accept(flags, 0, "qemuDomainSendKey")
        numbers = [key_codes.number(codeset, code) for code in codes]
        with self.guests.modify(domain, active=True) as guest:
            keys = [{"type": "number", "data": number} for number in numbers]
            arguments: dict[str, object] = {"keys": keys}
            if hold:
                arguments["hold-time"] = hold
            guest.ask("send-key", arguments)

    def screenshot(self, domain: Domain, stream: Stream, screen: int, flags: int = 0) -> str:
        self.accept(flags, 0, "qemuDomainScreenshot")
        with self.guests.modify(domain, active=True) as guest:
            videos = guest.definition.videos
            if not videos:
                raise OperationInvalid("no screens to take screenshot from")
            wanted: dict[str, object] = {}
            if screen:  # a head of a card
                left = screen
                for video in videos:
                    heads = int(video.heads or 1)
                    if left < heads:
                        wanted = {"device": video.alias, "head": left}
                        break
                    left -= heads
                else:
                    raise OperationInvalid("no such screen ID")
            can = self.hypervisor.capabilities(str(guest.definition.emulator))
            kind = "image/x-portable-pixmap"
            if can.command("screendump/arg-type/format/^png"):
                kind, wanted["format"] = "image/png", "png"
            assert guest.run is not None
            descriptor, path = tempfile.mkstemp(dir=guest.run.folder, prefix="screen-")
            with os.fdopen(descriptor, "rb") as file:
                try:
                    guest.ask("screendump", {"filename": path, **wanted})
                    stream.channel = Bytes(file.read())
                finally:
                    with contextlib.suppress(FileNotFoundError):  # gone with the guest's QEMU
                        os.unlink(path)
            return kind

    def monitor_command(self, domain: Domain, command: str, flags: int = 0) -> str:
        self.accept(flags, DomainQemuMonitorCommand.HMP, "qemuDomainQemuMonitorCommandWithFiles")
        return self._monitor_command(
            domain, command, [], as_text=bool(flags & DomainQemuMonitorCommand.HMP)
        )

    def monitor_command_with_files(
        self, domain: Domain, command: str, files: list[int], flags: int = 0
    ) -> MonitorReply:
        self.accept(flags, DomainQemuMonitorCommand.HMP, "qemuDomainQemuMonitorCommandWithFiles")
        if len(files) > 1:
            raise InvalidArgument("at most 1 file descriptor can be passed with the command")
        answer = self._monitor_command(
            domain, command, files, as_text=bool(flags & DomainQemuMonitorCommand.HMP)
        )
        return MonitorReply(answer, [])

    def _monitor_command(
        self, domain: Domain, command: str, files: list[int], *, as_text: bool
    ) -> str:
        from vsh.qmp import typed

        with self.guests.modify(domain, active=True) as guest:
            assert guest.run is not None
            guest.taints.add(CUSTOM_MONITOR)
            if as_text:
                answer = guest.ask(
                    "human-monitor-command", {"command-line": command},
                    timeout=None, descriptors=files,
                )  # fmt: skip
                return str(answer)
            newer = is_modern(guest.definition)
            wanted = typed.read(command, newer=newer)
            answer = guest.ask_as_given(wanted, files)
            self.hypervisor.digest(guest)
            return json.dumps(answer, separators=(",", ":"), ensure_ascii=False)


def _console(guest: Guest, name: str | None) -> Character | None:
    """The console, serial or parallel port of that alias; the first console without one.

    The first console is mostly the first serial port.  Up to libvirt 9.0.0 it has a name of its
    own beside that of the port, until the daemon is started again.
    """
    definition = guest.definition
    serials, consoles = definition.serials, definition.consoles
    port = bool(serials and consoles and consoles[0].target_type in (None, "serial"))
    named = consoles[1:] if port and guest.outline.modern else consoles
    if name is None:
        found = next(iter(consoles or serials), None)
    else:
        known = (*named, *serials, *definition.parallels)
        found = next((device for device in known if device.alias == name), None)
    return serials[0] if port and found is consoles[0] else found
