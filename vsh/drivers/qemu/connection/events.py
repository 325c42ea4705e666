"""Registering for events: as everywhere in this process, for QEMU's own, and for devices."""

from __future__ import annotations

from vsh.api.connection import events
from vsh.api.event import MonitorEvent
from vsh.drivers.state.events import Events as Registrations
from vsh.words.connection import DomainQemuMonitorEventRegister

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.api.event import Event
    from vsh.api.node_device import NodeDevice
    from vsh.drivers.qemu import Qemu

_REGEX, _NOCASE = DomainQemuMonitorEventRegister.REGEX, DomainQemuMonitorEventRegister.NOCASE


class Events(Registrations, answers=events):
    """Registrations."""

    driver: Qemu

    def node_device_event_register_any(
        self, connection: Connection, event: int, device: NodeDevice | None = None
    ) -> int:
        self.driver.hypervisor.watch_devices()
        return super().node_device_event_register_any(connection, event, device)

    def domain_monitor_event_register(
        self,
        connection: Connection,
        domain: Domain | None = None,
        event: str | None = None,
        flags: int = 0,
    ) -> int:
        self.accept(flags, _REGEX | _NOCASE, "qemuConnectDomainQemuMonitorEventRegister")
        return self.driver.listener.register(
            connection, "monitor", 0, domain.uuid if domain else None,
            wanted=None if event is None else _named(event, flags),
        )  # fmt: skip

    def domain_monitor_event_deregister(self, connection: Connection, number: int) -> None:
        self._deregister(number)


def _named(pattern: str, flags: int) -> Callable[[Event], bool]:
    """Whether an event of QEMU's is meant by a name or pattern.  Raises InvalidArgument."""
    if flags & _REGEX:
        from vsh.drivers.qemu.patterns import compiled

        known = compiled(pattern, caseless=bool(flags & _NOCASE))
        return lambda event: known.search(_name(event)) is not None
    if flags & _NOCASE:
        return lambda event: _name(event).casefold() == pattern.casefold()
    return lambda event: _name(event) == pattern


def _name(event: Event) -> str:
    assert isinstance(event, MonitorEvent)
    return str(event.event)
