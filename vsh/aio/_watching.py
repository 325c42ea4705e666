"""Events in an event loop: each goes to every watch that has the registration it came for."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from vsh.aio._object import twin
from vsh.api.listening import STEMS, kinds_of
from vsh.errors import Error
from vsh.lookup import load

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from typing import Self

    from vsh.aio._object import Object
    from vsh.aio.connection import Connection
    from vsh.aio.event import Event, MonitorEvent
    from vsh.api import event as blocking


Seen_co = TypeVar("Seen_co", bound="Event", covariant=True)


class Hub:
    """What a connection's events pass through.  Watches of the same events share a registration,
    since a daemon takes the same one once.

    unclaimed  events of registrations that no watch has: for ``Connection.next_event``
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.unclaimed: deque[Event] = deque()
        self.arrived = asyncio.Event()
        self._watches: list[Watch[Event]] = []
        self._shared: dict[tuple[object, ...], list[int]] = {}  # a registration's number and users
        self._lock = asyncio.Lock()
        connection.driver.deliver = self._deliver

    async def add(self, watch: Watch[Event], requests: Sequence[tuple[object, ...]]) -> None:
        """Register what is not registered.  Raises the Error where no kind can be had."""
        async with self._lock:
            self._watches.append(watch)  # what comes with the answer is not lost
            failed: Error | None = None
            for request in requests:
                try:
                    if request not in self._shared:
                        name, *values = request
                        number = await getattr(self.connection, str(name))(*values)
                        self._shared[request] = [number, 0]
                except Error as error:  # a daemon may be older than some kinds
                    failed = error
                    continue
                self._shared[request][1] += 1
                watch.numbers[self._shared[request][0]] = request
            if failed is not None and not watch.numbers:
                self._watches.remove(watch)
                raise failed
            early, self.unclaimed = self.unclaimed, deque()
            for event in early:
                self._give(event)
            self.connection.driver.listen(wanted=True)

    async def remove(self, watch: Watch[Event]) -> None:
        """A watch has ended."""
        async with self._lock:
            self._watches = [each for each in self._watches if each is not watch]
            for number, request in watch.numbers.items():
                shared = self._shared[request]
                shared[1] -= 1
                if not shared[1]:
                    del self._shared[request]
                    await getattr(self.connection, watch.deregister)(number)
            self.connection.driver.listen(wanted=bool(self._watches))

    def end(self) -> None:
        """The connection has ended: nobody need wait any more."""
        for watch in self._watches:
            watch.arrived.set()
        self.arrived.set()

    def _deliver(self, event: blocking.Event) -> None:
        made: Event = getattr(load("vsh.aio.event"), type(event).__name__)(
            *(twin(self.connection, value) for value in event)
        )
        made.callback = event.callback
        self._give(made)

    def _give(self, event: Event) -> None:
        claimed = False
        for watch in self._watches:
            if event.callback in watch.numbers and event.family == watch.family:
                watch.waiting.append(event)
                watch.arrived.set()
                claimed = True
        if not claimed:
            self.unclaimed.append(event)
            self.arrived.set()


class Watch(Generic[Seen_co]):
    """Events of some kinds, from ``async with`` on until its end.

        async with connection.watch("lifecycle", timeout=60) as watch:
            await domain.destroy()
            async for event in watch:
                print(event.domain.name, event.event)

    family   whose events they are
    timeout  an iteration ends when none came for so many seconds; None waits for ever
    waiting  events that came and were not taken
    """

    def __init__(
        self,
        connection: Connection,
        family: str,
        requests: Sequence[tuple[object, ...]],
        deregister: str,
        timeout: float | None,
    ) -> None:
        self.family = family
        self.timeout = timeout
        self.deregister = deregister
        self.waiting: deque[Any] = deque()
        self.numbers: dict[int, tuple[object, ...]] = {}
        self.arrived = asyncio.Event()
        self._connection = connection
        self._requests = requests
        self._open = False

    async def next(self, timeout: float | None = None) -> Seen_co | None:
        """The oldest event; None if none comes within so many seconds (None: wait for ever), or
        when the connection ends."""
        event: Seen_co | None = await taken(self._connection, self.waiting, self.arrived, timeout)
        return event

    async def close(self) -> None:
        """Want no more events."""
        if self._open:
            self._open = False
            await self._connection.hub.remove(self)

    async def __aenter__(self) -> Self:
        self._open = True
        await self._connection.hub.add(self, self._requests)
        return self

    async def __aexit__(self, *reason: object) -> None:
        if self._connection.alive:
            await self.close()

    async def __aiter__(self) -> AsyncIterator[Seen_co]:
        while (event := await self.next(self.timeout)) is not None:
            yield event


async def taken(
    connection: Connection, queue: deque[Any], arrived: asyncio.Event, timeout: float | None
) -> Any:
    """The oldest of a queue, once there is one; None when time is up or the connection ends."""
    try:
        async with asyncio.timeout(timeout):
            while not queue:
                if not connection.alive:
                    return None
                arrived.clear()
                await arrived.wait()
    except TimeoutError:
        return None
    return queue.popleft()


def watch(
    connection: Connection,
    words: Sequence[str],
    family: str,
    of: Object | None,
    timeout: float | None,
) -> Watch[Event]:
    """Watch for some kinds of events of a family, as ``Connection.watch`` says."""
    stem = STEMS.get(family, f"{family}_event_{{}}_any")
    requests = [(stem.format("register"), kind.id, of) for kind in kinds_of(words, family)]
    return Watch(connection, family, requests, stem.format("deregister"), timeout)


def watch_monitor(
    connection: Connection, of: Object | None, event: str | None, flags: int, timeout: float | None
) -> Watch[MonitorEvent]:
    """Watch for events of QEMU's monitors, as ``Connection.watch_monitor`` says."""
    stem = STEMS["monitor"]
    requests = [(stem.format("register"), of, event, flags)]
    end = stem.format("deregister")
    found: Watch[MonitorEvent] = Watch(connection, "monitor", requests, end, timeout)
    return found
