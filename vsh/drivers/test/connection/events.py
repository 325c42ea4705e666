"""Registering for events: as for every hypervisor in this process, but there are no secrets."""

from __future__ import annotations

from vsh.api.connection import events
from vsh.drivers.state.events import Events as Shared
from vsh.errors import NoSupport

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.api.secret import Secret


class Events(Shared, answers=events):
    """Registrations."""

    def secret_event_register_any(
        self, connection: Connection, event: int, secret: Secret | None = None
    ) -> int:
        raise NoSupport("virConnectSecretEventRegisterAny")
