"""Registering for events of a hypervisor in this process: a part that embedded drivers share."""

from __future__ import annotations

from vsh.api.connection import events
from vsh.drivers.part import Part
from vsh.errors import InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.api.network import Network
    from vsh.api.node_device import NodeDevice
    from vsh.api.pool import Pool
    from vsh.api.secret import Secret
    from vsh.drivers.driver import Embedded


class Events(Part, answers=events):
    """Registrations."""

    driver: Embedded

    def domain_event_register(self, connection: Connection) -> int:
        self._register(connection, "domain", 0, None)
        return 1

    def domain_event_deregister(self, connection: Connection) -> int:
        self.domain_event_deregister_any(connection, 0)
        return 0

    def domain_event_register_any(self, connection: Connection, event: int) -> None:
        self._register(connection, "domain", event, None)

    def domain_event_deregister_any(self, connection: Connection, event: int) -> None:
        listener = self.driver.listener
        for number in listener.numbers("domain", event):
            listener.deregister(number)

    def domain_event_callback_register_any(
        self, connection: Connection, event: int, domain: Domain | None = None
    ) -> int:
        return self._register(connection, "domain", event, domain.uuid if domain else None)

    def domain_event_callback_deregister_any(self, connection: Connection, number: int) -> None:
        self._deregister(number)

    def network_event_register_any(
        self, connection: Connection, event: int, network: Network | None = None
    ) -> int:
        return self._register(connection, "network", event, network.uuid if network else None)

    def network_event_deregister_any(self, connection: Connection, number: int) -> None:
        self._deregister(number)

    def storage_pool_event_register_any(
        self, connection: Connection, event: int, pool: Pool | None = None
    ) -> int:
        return self._register(connection, "pool", event, pool.uuid if pool else None)

    def storage_pool_event_deregister_any(self, connection: Connection, number: int) -> None:
        self._deregister(number)

    def node_device_event_register_any(
        self, connection: Connection, event: int, device: NodeDevice | None = None
    ) -> int:
        return self._register(connection, "node_device", event, device.name if device else None)

    def node_device_event_deregister_any(self, connection: Connection, number: int) -> None:
        self._deregister(number)

    def secret_event_register_any(
        self, connection: Connection, event: int, secret: Secret | None = None
    ) -> int:
        return self._register(connection, "secret", event, secret.uuid if secret else None)

    def secret_event_deregister_any(self, connection: Connection, number: int) -> None:
        self._deregister(number)

    def _register(self, connection: Connection, family: str, event: int, key: str | None) -> int:
        return self.driver.listener.register(connection, family, event, key)

    def _deregister(self, number: int) -> None:
        if not self.driver.listener.deregister(number):
            raise InvalidArgument(f"could not find event callback {number} for deletion")
