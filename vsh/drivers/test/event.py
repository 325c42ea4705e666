"""Registering for events of the world, and taking them."""

from __future__ import annotations

from vsh.drivers._events import Queue
from vsh.drivers.test._part import Part
from vsh.errors import InvalidArgument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.event import Event


class Events(Part):
    """Events."""

    def connect_domain_event_register(self, connection: Any) -> int:
        self._register(connection, "domain", 0, None)
        return 1

    def connect_domain_event_deregister(self, connection: Any) -> int:
        if self.queue is not None:
            for number, (family, event, _) in list(self.queue.registered.items()):
                if (family, event) == ("domain", 0):
                    self.queue.deregister(number)
        return 0

    def connect_domain_event_register_any(self, connection: Any, event: int) -> None:
        self._register(connection, "domain", event, None)

    def connect_domain_event_deregister_any(self, connection: Any, event: int) -> None:
        if self.queue is not None:
            for number, (family, wanted, _) in list(self.queue.registered.items()):
                if (family, wanted) == ("domain", event):
                    self.queue.deregister(number)

    def connect_domain_event_callback_register_any(
        self, connection: Any, event: int, domain: Any = None
    ) -> int:
        return self._register(connection, "domain", event, domain and domain.uuid)

    def connect_domain_event_callback_deregister_any(self, connection: Any, number: int) -> None:
        self._deregister(number)

    def connect_network_event_register_any(
        self, connection: Any, event: int, network: Any = None
    ) -> int:
        return self._register(connection, "network", event, network and network.uuid)

    def connect_network_event_deregister_any(self, connection: Any, number: int) -> None:
        self._deregister(number)

    def connect_storage_pool_event_register_any(
        self, connection: Any, event: int, pool: Any = None
    ) -> int:
        return self._register(connection, "pool", event, pool and pool.uuid)

    def connect_storage_pool_event_deregister_any(self, connection: Any, number: int) -> None:
        self._deregister(number)

    def connect_node_device_event_register_any(
        self, connection: Any, event: int, device: Any = None
    ) -> int:
        return self._register(connection, "node_device", event, device and device.name)

    def connect_node_device_event_deregister_any(self, connection: Any, number: int) -> None:
        self._deregister(number)

    def next_event(self, timeout: float | None = None) -> Event | None:
        """The oldest event that was registered for; None if none comes within so many seconds."""
        if self.queue is None:
            return None
        return self.queue.next(timeout)

    def _register(self, connection: Any, family: str, event: int, key: str | None) -> int:
        if self.queue is None:
            self.queue = Queue(connection)
            self.world.queues.append(self.queue)
        return self.queue.register(family, event, key)

    def _deregister(self, number: int) -> None:
        if self.queue is None or not self.queue.deregister(number):
            raise InvalidArgument(f"could not find event callback {number} for deletion")
