"""Registering for events, as for every hypervisor in this process; and watching devices."""

from __future__ import annotations

from vsh.api.connection import events
from vsh.drivers.state.events import Events as Registrations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.api.node_device import NodeDevice
    from vsh.drivers.qemu import Qemu


class Events(Registrations, answers=events):
    """Registrations."""

    driver: Qemu

    def node_device_event_register_any(
        self, connection: Connection, event: int, device: NodeDevice | None = None
    ) -> int:
        self.driver.hypervisor.watch_devices()
        return super().node_device_event_register_any(connection, event, device)
