"""Events: the one place where a connection's are taken in, and given to whoever waits for them.

Several may wait for events of one connection at once, in one thread or in many: each event goes to
every ``Watch`` that has the registration it came for, whoever it was that took it in.  A daemon
takes the same registration once, so watches of the same events share one.
"""

from __future__ import annotations

from collections import deque

from vsh.api.event import by_word, family
from vsh.errors import Error

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Generic, Self, TypeVar

    from vsh.api._call import BoundCall, Object, Request
    from vsh.api.connection import Connection
    from vsh.api.event import Event, MonitorEvent

    Item = TypeVar("Item")
    Seen_co = TypeVar("Seen_co", bound="Event", covariant=True)
else:
    from vsh.api._call import Generic

    Item = Seen_co = None


STEMS = {
    "domain": "domain_event_callback_{}_any",
    "pool": "storage_pool_event_{}_any",
    "monitor": "domain_monitor_event_{}",
}
"""What the calls that register and deregister are called, where that is not "FAMILY_event_..."."""


ENDED_MAX = 1000
"""Of how many registrations that have ended it is known that their events are for nobody."""


class Hub:
    """What a connection's events pass through.  One waiter takes them in for all.

    unclaimed  events of registrations that no Watch has: for ``Connection.next_event``
    """

    def __init__(self, connection: Connection) -> None:
        from threading import Condition, Lock

        self.connection = connection
        self.unclaimed: deque[Event] = deque()
        self._watches: list[Watch[Event]] = []
        self._shared: dict[Request[int], list[int]] = {}  # the number of a registration, its users
        self._ended: dict[tuple[str, int], None] = {}
        self._registering = Lock()
        self._turn = Condition()
        self._taking = False

    def add(self, watch: Watch[Event], requests: Sequence[Request[int]]) -> None:
        """Register what is not registered; from now on the watch gets its events.

        Raises the driver's Error where none of the kinds can be had.
        """
        with self._registering:
            new = [request for request in requests if request not in self._shared]
            answers = self.connection.many(new)
            for request, answer in zip(new, answers, strict=True):
                if not isinstance(answer, Error):  # a daemon may be older than some kinds
                    self._shared[request] = [answer, 0]
            for request in requests:
                if request in self._shared:
                    shared = self._shared[request]
                    shared[1] += 1
                    watch.numbers[shared[0]] = request
        if not watch.numbers:
            raise next(answer for answer in answers if isinstance(answer, Error))
        with self._turn:
            self._watches.append(watch)
            for registration in watch.registrations():
                self._ended.pop(registration, None)
            early, self.unclaimed = self.unclaimed, deque()
            for event in early:
                self._give(event)

    def remove(self, watch: Watch[Event]) -> bool:
        """A watch has ended; False where the driver did not take that well."""
        with self._turn:
            self._watches = [each for each in self._watches if each is not watch]
        unused = []
        with self._registering:
            for number, request in watch.numbers.items():
                shared = self._shared[request]
                shared[1] -= 1
                if not shared[1]:
                    del self._shared[request]
                    unused.append(number)
            # what is still on its way for these is for nobody
            self._ended.update(dict.fromkeys((watch.family, number) for number in unused))
            while len(self._ended) > ENDED_MAX:
                del self._ended[next(iter(self._ended))]
            answers = self.connection.many([watch.deregister.request(each) for each in unused])
        return not any(isinstance(answer, Error) for answer in answers)

    def next(self, queue: deque[Item], timeout: float | None) -> Item | None:
        """The oldest event of a queue; None if none comes within so many seconds."""
        from time import monotonic

        end = None if timeout is None else monotonic() + timeout
        while True:
            left = None if end is None else max(0.0, end - monotonic())
            with self._turn:
                if queue:
                    return queue.popleft()
                if self._taking:
                    if left == 0.0:
                        return None
                    self._turn.wait(left)
                    continue
                self._taking = True
            if not self._take(left):
                return queue.popleft() if queue else None

    def _take(self, timeout: float | None) -> bool:
        """Wait for one event and give it to whom it is for; False when time is up."""
        event = None
        try:
            event = self.connection.driver.next_event(timeout)
        finally:
            with self._turn:
                self._taking = False
                if event is not None:
                    self._give(event)
                self._turn.notify_all()
        return event is not None

    def _give(self, event: Event) -> None:
        claimed = (event.family, event.callback) in self._ended
        for watch in self._watches:
            if event.callback in watch.numbers and event.family == watch.family:
                watch.waiting.append(event)
                claimed = True
        if not claimed:
            self.unclaimed.append(event)


class Watch(Generic[Seen_co]):
    """Events of some kinds, from the moment it is made until it is closed.

        with connection.watch("lifecycle", timeout=60) as watch:
            domain.destroy()
            for event in watch:
                print(event.domain.name, event.event)

    family   whose events they are
    timeout  an iteration ends when none came for so many seconds; None waits for ever
    waiting  events that came and were not taken
    numbers  its registrations with the driver, by their numbers
    closed   it gets no more events
    """

    def __init__(
        self,
        connection: Connection,
        family: str,
        requests: Sequence[Request[int]],
        deregister: BoundCall[..., None],
        timeout: float | None = None,
    ) -> None:
        self.family = family
        self.timeout = timeout
        self.deregister = deregister
        self.waiting: deque[Seen_co] = deque()
        self.numbers: dict[int, Request[int]] = {}
        self.closed = False
        self._hub = connection.hub
        self._hub.add(self, requests)

    def registrations(self) -> list[tuple[str, int]]:
        """Its registrations among those of all families, which may count alike."""
        return [(self.family, number) for number in self.numbers]

    def next(self, timeout: float | None = None) -> Seen_co | None:
        """The oldest event; None if none comes within so many seconds (None: wait for ever)."""
        return self._hub.next(self.waiting, timeout)

    def close(self) -> bool:
        """Want no more events.  False where the driver did not take that well."""
        if self.closed:
            return True
        self.closed = True
        return self._hub.remove(self)

    def __iter__(self) -> Iterator[Seen_co]:
        while (event := self.next(self.timeout)) is not None:
            yield event

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()


def watch(
    connection: Connection,
    words: Sequence[str],
    name: str,
    of: Object | None,
    timeout: float | None,
) -> Watch[Event]:
    """Watch for some kinds of events of a family, as ``Connection.watch`` says."""
    kinds = kinds_of(words, name)
    register, deregister = _registration(connection, name)
    requests = [register.request(kind.id, of) for kind in kinds]
    return Watch(connection, name, requests, deregister, timeout)


def listen(
    connection: Connection,
    words: Sequence[str],
    name: str,
    of: Object | None,
    timeout: float | None,
) -> Iterator[Event]:
    """An iteration over a watch that begins with it, as ``Connection.events`` says."""
    kinds_of(words, name)

    def listening() -> Iterator[Event]:
        with watch(connection, words, name, of, timeout) as events:
            yield from events

    return listening()


def kinds_of(words: Sequence[str], name: str) -> list[type[Event]]:
    """The kinds of events that words mean, all where there are none.  Raises ValueError."""
    kinds = []
    for word in words:
        kind = by_word(name, word)
        if kind is None:
            raise ValueError(f"{word!r} is no event of {name}: see vsh.api.event")
        kinds.append(kind)
    return kinds or family(name)


def watch_monitor(
    connection: Connection, of: Object | None, event: str | None, flags: int, timeout: float | None
) -> Watch[MonitorEvent]:
    """Watch for events of QEMU's monitors, as ``Connection.watch_monitor`` says."""
    register, deregister = _registration(connection, "monitor")
    requests = [register.request(of, event, flags)]
    found: Watch[MonitorEvent] = Watch(connection, "monitor", requests, deregister, timeout)
    return found


def _registration(
    connection: Connection, name: str
) -> tuple[BoundCall[..., int], BoundCall[..., None]]:
    """The connection's calls that begin and end the events of a family."""
    stem = STEMS.get(name, f"{name}_event_{{}}_any")
    return getattr(connection, stem.format("register")), getattr(
        connection, stem.format("deregister")
    )
