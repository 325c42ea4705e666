"""Events of a hypervisor in this process: offered to all, given to those who registered for them.

``Bus`` is the hypervisor's, ``Listener`` a connection's.  Each registration has a sink, which gets
its events in the thread in which they happen, in their order, with the object's lock held: it has
to be quick and must not call the driver.  Without a sink of its own a registration has a queue of
the listener's, which holds ``QUEUE_MAX`` events; what is too much for it is not kept, and whoever
reads on is told so.
"""

from __future__ import annotations

from _thread import RLock
from time import monotonic

from vsh.drivers.state.locks import Change
from vsh.errors import InternalError, InvalidArgument, OperationFailed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Callable, Collection

    from vsh.api._call import Object
    from vsh.api.connection import Connection
    from vsh.api.event import Event

QUEUE_MAX = 1 << 16
"""How many events of one registration may wait unread."""
REGISTRATIONS_MAX = 10000
"""How many registrations one connection may have."""


class Subscription:
    """One wish for events: of a family and number, of the object of that key or of all."""

    __slots__ = ("family", "event", "key", "connection", "number", "sink")

    def __init__(
        self,
        family: str,
        event: int,
        key: str | None,
        connection: Connection,
        number: int,
        sink: Callable[[Event], None],
    ) -> None:
        self.family = family
        self.event = event
        self.key = key
        self.connection = connection
        self.number = number
        self.sink = sink


class Bus:
    """Where events are offered."""

    __slots__ = ("_lock", "_subscriptions")

    def __init__(self) -> None:
        self._lock = RLock()
        self._subscriptions: tuple[Subscription, ...] = ()  # replaced, never changed

    def __bool__(self) -> bool:
        """Whether anybody listens."""
        return bool(self._subscriptions)

    def add(self, subscription: Subscription) -> None:
        """From now on give it its events."""
        with self._lock:
            self._subscriptions = (*self._subscriptions, subscription)

    def remove(self, gone: Collection[Subscription]) -> None:
        """Give them no more."""
        numbers = set(map(id, gone))
        with self._lock:
            self._subscriptions = tuple(
                each for each in self._subscriptions if id(each) not in numbers
            )

    def emit(self, family: str, event: int, key: str, make: Callable[[Connection], Event]) -> None:
        """Tell whoever wants to know; ``make`` makes the event for a connection."""
        for wish in self._subscriptions:
            if wish.family == family and wish.event == event and wish.key in (None, key):
                record = make(wish.connection)
                record.callback = wish.number
                wish.sink(record)

    def tell(
        self,
        family: str,
        event: int,
        key: str,
        target: Callable[[Connection], Object],
        *values: object,
    ) -> None:
        """Tell whoever wants to know of an event with these values; ``target`` makes its object."""
        if not self._subscriptions:
            return
        from vsh.api.event import by_id

        kind = by_id(family, event)
        if kind is None:
            raise LookupError(f"no event of {family} has the number {event}")
        self.emit(family, event, key, lambda asker: kind(target(asker), *values))


class Listener:
    """The registrations of one connection, and the events that it has not read yet.

    sink  where the events of registrations go that have no sink of their own; None: to ``next``
    once  whether the same may be registered for only once, as by a daemon's client
    """

    __slots__ = (
        "sink",
        "once",
        "_bus",
        "_lock",
        "_arrived",
        "_subscriptions",
        "_asked",
        "_queues",
        "_lost",
        "_next",
        "_turn",
    )

    def __init__(self, bus: Bus) -> None:
        self.sink: Callable[[Event], None] | None = None
        self.once = False
        self._bus = bus
        self._lock = RLock()
        self._arrived = Change()
        self._subscriptions: dict[int, Subscription] = {}
        self._asked: dict[tuple[str, int, str | None], int] = {}  # how many of each there are
        self._queues: dict[int, deque[tuple[int, Event]]] = {}
        self._lost = 0
        self._next = 0
        self._turn = 0

    def register(
        self,
        connection: Connection,
        family: str,
        event: int,
        key: str | None = None,
        sink: Callable[[Event], None] | None = None,
        wanted: Callable[[Event], bool] | None = None,
    ) -> int:
        """Want events, of which ``wanted`` picks; answers with the registration's number.

        Raises InvalidArgument where it has these already (``once``), OperationFailed where there
        are as many as a connection may have.
        """
        take = sink or self.sink or self._put
        picked = take if wanted is None else lambda found: take(found) if wanted(found) else None
        with self._lock:
            kind = family, event, key
            if self.once and wanted is None and kind in self._asked:
                raise InvalidArgument("event callback already tracked")
            if len(self._subscriptions) >= REGISTRATIONS_MAX:
                raise OperationFailed(
                    f"{REGISTRATIONS_MAX} callbacks are registered on this connection already"
                )
            number = self._next
            self._next += 1
            wish = Subscription(family, event, key, connection, number, picked)
            self._subscriptions[number] = wish
            self._asked[kind] = self._asked.get(kind, 0) + 1
            from collections import deque

            self._queues[number] = deque()
        self._bus.add(wish)
        return number

    def deregister(self, number: int) -> bool:
        """Want them no more, nor those that wait; False if there is no such registration."""
        with self._lock:
            wish = self._subscriptions.pop(number, None)
            self._queues.pop(number, None)
            if wish is not None:
                kind = wish.family, wish.event, wish.key
                self._asked[kind] -= 1
                if not self._asked[kind]:
                    del self._asked[kind]
        if wish is not None:
            self._bus.remove((wish,))
        return wish is not None

    def numbers(self, family: str, event: int) -> list[int]:
        """The registrations for one kind of event."""
        with self._lock:
            wishes = self._subscriptions.items()
            return [
                number for number, wish in wishes if (wish.family, wish.event) == (family, event)
            ]

    def close(self) -> None:
        """Want nothing more."""
        with self._lock:
            gone = list(self._subscriptions.values())
            for known in (self._subscriptions, self._queues, self._asked):
                known.clear()
        if gone:
            self._bus.remove(gone)

    def next(self, timeout: float | None) -> Event | None:
        """The oldest event of all registrations; None when time is up.

        Raises InternalError, once, where events were lost since nobody read them.
        """
        end = None if timeout is None else monotonic() + timeout
        with self._lock:
            while True:
                if self._lost:
                    lost, self._lost = self._lost, 0
                    raise InternalError(f"{lost} events are lost: nobody has read them in time")
                found = self._oldest()
                if found is not None:
                    return found
                left = None if end is None else end - monotonic()
                if left is not None and left <= 0:
                    return None
                self._arrived.wait(self._lock, left)

    def _oldest(self) -> Event | None:
        best: deque[tuple[int, Event]] | None = None
        for queue in self._queues.values():
            if queue and (best is None or queue[0][0] < best[0][0]):
                best = queue
        return None if best is None else best.popleft()[1]

    def _put(self, event: Event) -> None:
        with self._lock:
            number = event.callback
            queue = None if number is None else self._queues.get(number)
            if queue is None:
                return  # not wanted any more
            if len(queue) >= QUEUE_MAX:
                self._lost += 1
                return
            self._turn += 1
            queue.append((self._turn, event))
            self._arrived.tell()
