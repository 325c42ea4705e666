"""Events of the drivers that live in this process: queued per connection, taken with ``next``.

An event is delivered to the connections that registered for its number and, where the registration
names an object, to that object only.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# virDomainEventID
LIFECYCLE, REBOOT, DEVICE_REMOVED, TUNABLE, DEVICE_ADDED, METADATA_CHANGE = 0, 1, 15, 17, 19, 23

# virDomainEventType and its details
DEFINED, UNDEFINED, STARTED, SUSPENDED, RESUMED, STOPPED = 0, 1, 2, 3, 4, 5


class Queue:
    """What one connection has registered for and not yet taken."""

    __slots__ = ("waiting", "registered", "next_id", "_arrived")

    def __init__(self) -> None:
        self.waiting: list[tuple[int, Any]] = []
        self.registered: dict[int, tuple[str, int, str | None]] = {}
        self.next_id = 0
        self._arrived: Any = None

    def register(self, kind: str, event: int, key: str | None) -> int:
        """Want events of a number; answers with the registration's id."""
        number = self.next_id
        self.next_id += 1
        self.registered[number] = (kind, event, key)
        return number

    def deregister(self, number: int) -> bool:
        """Want them no more; False if there is no such registration."""
        return self.registered.pop(number, None) is not None

    def offer(self, kind: str, event: int, key: str, record: Any) -> None:
        """Queue an event for each registration that it fits."""
        for number, (wanted_kind, wanted, wanted_key) in self.registered.items():
            if wanted_kind == kind and wanted == event and wanted_key in (None, key):
                self.waiting.append((number, record))
                if self._arrived is not None:
                    self._arrived.set()

    def next(self, timeout: float | None) -> tuple[int, Any] | None:
        """The oldest event as (registration, record), after waiting for one; None when time is up."""
        if not self.waiting and timeout != 0:
            import threading

            self._arrived = threading.Event()
            if not self.waiting:
                self._arrived.wait(timeout)
            self._arrived = None
        return self.waiting.pop(0) if self.waiting else None
