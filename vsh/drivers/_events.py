"""Events of the drivers that live in this process: offered to all, queued by those that want them.

A connection gets an event for each registration of its number that names its object or none.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vsh.api.event import Event

# virDomainEventID
LIFECYCLE, DEVICE_REMOVED, DEVICE_ADDED, METADATA_CHANGE = 0, 15, 19, 23

# virDomainEventType
DEFINED, UNDEFINED, STARTED, SUSPENDED, RESUMED, STOPPED = 0, 1, 2, 3, 4, 5


class Queue:
    """What one connection has registered for and not yet taken."""

    __slots__ = ("connection", "waiting", "registered", "next_id", "_arrived")

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.waiting: list[Event] = []
        self.registered: dict[int, tuple[str, int, str | None]] = {}
        self.next_id = 0
        self._arrived: Any = None

    def register(self, family: str, event: int, key: str | None) -> int:
        """Want events of a number; answers with the registration's id."""
        number = self.next_id
        self.next_id += 1
        self.registered[number] = (family, event, key)
        return number

    def deregister(self, number: int) -> bool:
        """Want them no more, nor those that wait; False if there is no such registration."""
        self.waiting = [event for event in self.waiting if event.callback != number]
        return self.registered.pop(number, None) is not None

    def offer(self, family: str, event: int, key: str, make: Callable[[Any], Event]) -> None:
        """Queue an event, made for this connection, for each registration that it fits."""
        for number, (wanted_family, wanted, wanted_key) in self.registered.items():
            if (wanted_family, wanted) == (family, event) and wanted_key in (None, key):
                record = make(self.connection)
                record.callback = number
                self.waiting.append(record)
                if self._arrived is not None:
                    self._arrived.set()

    def next(self, timeout: float | None) -> Event | None:
        """The oldest event, after waiting for one if need be; None when time is up."""
        if not self.waiting and timeout != 0:
            import threading

            self._arrived = threading.Event()
            if not self.waiting:
                self._arrived.wait(timeout)
            self._arrived = None
        return self.waiting.pop(0) if self.waiting else None
