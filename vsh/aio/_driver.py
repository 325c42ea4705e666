"""Who answers the calls of an event loop: a daemon over a link, or a driver of this process.

A daemon's link has no thread: its socket is watched by the loop.  The way there (names, TLS,
authentication, questions to the user) is that of ``vsh.connect``, in a thread of the pool until the
connection stands.  A driver of this process (test, qemu with /embed) answers in the threads of the
pool: its calls work on files, processes and locks.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

from vsh.aio._object import plain
from vsh.aio._pool import in_pool
from vsh.aio.stream import LinkChannel
from vsh.errors import Error, NoSupport, OperationUnsupported
from vsh.rpc import codec
from vsh.rpc.programs import CONNECT_CLOSE, NUMBERS, PROGRAMS, REMOTE
from vsh.words.domain.statistics import DomainStatsTypes
from vsh.words.parameter import TypedParameterFlags

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vsh.aio._link import Link
    from vsh.aio.stream import Stream
    from vsh.api import connection as blocking
    from vsh.api._call import Call
    from vsh.api.event import Event
    from vsh.rpc.message import Message


CLOSE_TIMEOUT = 2.0
OWN_URI = "connect_get_uri"
FILES = frozenset(("File", "Files"))
LOOK = 0.25
"""Seconds after which the pool's thread that takes in events sees that nobody wants any."""


class Driver(Protocol):
    """What a connection needs.

    deliver  gets each event, in the loop
    """

    uri: str
    readonly: bool
    deliver: Callable[[Event], None]

    @property
    def alive(self) -> bool: ...
    async def call(self, call: Call[..., object], target: Any, values: Sequence[Any]) -> Any: ...
    async def domain_states(self, domains: list[Any]) -> list[tuple[int, int] | Error]: ...
    def listen(self, *, wanted: bool) -> None: ...
    async def close(self) -> None: ...


class OverLink:
    """A daemon: each call is forwarded, as ``vsh.drivers.remote`` does it."""

    def __init__(self, link: Link, driver: Any) -> None:
        self.link = link
        self.uri: str = driver.uri
        self.readonly: bool = driver.readonly
        self.deliver: Callable[[Event], None] = lambda event: None
        self.connection: Any = None
        self._admit = driver.admit
        link.deliver = self._take

    @property
    def alive(self) -> bool:
        """Whether the daemon still holds its end."""
        return self.link.close_reason is None

    async def call(self, call: Call[..., object], target: Any, values: Sequence[Any]) -> Any:
        """Have the daemon answer a call."""
        if call.slot == OWN_URI:
            return self.uri
        self._admit(call, tuple(values))
        if not FILES.isdisjoint(call.stub.__annotations__.values()):
            raise OperationUnsupported(
                f"{call.name}() hands over open files, which vsh.aio does not",
                hint="use vsh.connect for it",
            )
        if "events" in call.options:
            self._want_events()
        if "texts" in call.options:
            values = (*values[:-1], values[-1] | TypedParameterFlags.STRING_OKAY)
        handle = plain(self.connection, target)
        values = [plain(self.connection, value) for value in values]
        wire, program = codec.wire(call), NUMBERS[call.program]
        count = None
        if wire.probe:
            payload, _ = wire.encode_args(handle, values, 0)
            count = wire.decode_count(await self.link.ask(program, call.number, payload))
        payload, _ = wire.encode_args(handle, values, count)
        if wire.stream_at is not None:
            answer = await self._open(call, program, payload, values, values[wire.stream_at])
        else:
            answer = await self.link.ask(program, call.number, payload)
        return wire.decode_ret(self.connection, answer)

    async def _open(
        self,
        call: Call[..., object],
        program: int,
        payload: bytes,
        values: Sequence[Any],
        stream: Stream,
    ) -> bytes:
        sparse = "sparse" in call.options and bool(values[-1] & call.word(call.options["sparse"]))
        answer, opened = await self.link.ask_stream(program, call.number, payload, sparse=sparse)
        stream.channel = LinkChannel(self.link, opened)
        return answer

    async def domain_states(self, domains: list[Any]) -> list[tuple[int, int] | Error]:
        """State and reason of each domain, in one call where the daemon's driver has it."""
        found: dict[str, tuple[int, int]] = {}
        if len(domains) > 1:
            connection = domains[0].connection
            try:
                records = await connection.get_all_domain_stats(domains, DomainStatsTypes.STATE)
            except NoSupport:
                records = []
            for record in records:
                state, reason = (record.params.get(f"state.{name}") for name in ("state", "reason"))
                if state is not None and reason is not None:
                    found[record.domain.uuid] = (state, reason)
        return [found.get(domain.uuid) or await _state(domain) for domain in domains]

    def listen(self, *, wanted: bool) -> None:
        """Whether anybody wants events; they come by themselves."""

    def _want_events(self) -> None:
        from vsh.api.table import events

        session = self.link.session
        if not session.wanted:
            session.wanted = {(NUMBERS[program], number) for program, number in events()}

    def _take(self, message: Message) -> None:
        from vsh.api.table import events

        kind = events()[PROGRAMS[message.program], message.procedure]
        callback, event = codec.decode_event(
            self.connection, kind, message.procedure, message.payload
        )
        event.callback = callback
        self.deliver(event)

    async def close(self) -> None:
        """Take leave of the daemon.  Never fails: there is nothing left to lose."""
        if self.link.close_reason is None:
            try:
                self.link.timeout = CLOSE_TIMEOUT
                await self.link.ask(REMOTE, CONNECT_CLOSE)
            except Error:
                pass  # it has gone before
        await in_pool(self.link.close())


async def _state(domain: Any) -> tuple[int, int] | Error:
    try:
        answer = await domain.get_state()
    except Error as error:
        return error
    return answer.state, answer.reason


class InThreads:
    """A driver of this process: its calls run in the threads of the pool."""

    def __init__(self, connection: blocking.Connection) -> None:
        self.blocking = connection
        self.uri = connection.uri
        self.readonly = connection.readonly
        self.deliver: Callable[[Event], None] = lambda event: None
        self._listening: asyncio.Task[None] | None = None
        self._wanted = False

    @property
    def alive(self) -> bool:
        """Whether it is there: always."""
        return bool(self.blocking.driver.alive)

    async def call(self, call: Call[..., object], target: Any, values: Sequence[Any]) -> Any:
        """Have a thread of the pool make the call."""
        handle = plain(self.blocking, target)
        given = [plain(self.blocking, value) for value in values]
        streams = [place for place, value in enumerate(values) if hasattr(value, "channel")]
        for place in streams:
            given[place] = self.blocking.stream()
        answer = await in_pool(self.blocking.driver.call, call, handle, tuple(given))
        for place in streams:
            values[place].channel = ThreadChannel(given[place])
        return answer

    async def domain_states(self, domains: list[Any]) -> list[tuple[int, int] | Error]:
        """State and reason of each domain."""
        handles = plain(self.blocking, domains)
        found: list[tuple[int, int] | Error] = await in_pool(
            self.blocking.driver.domain_states, handles
        )
        return found

    def listen(self, *, wanted: bool) -> None:
        """While anybody wants events a thread of the pool takes them in."""
        self._wanted = wanted
        if wanted and (self._listening is None or self._listening.done()):
            self._listening = asyncio.get_running_loop().create_task(self._take())

    async def _take(self) -> None:
        while self._wanted:
            event = await in_pool(self.blocking.driver.next_event, LOOK)
            if event is not None:
                self.deliver(event)

    async def close(self) -> None:
        """Let go of what the driver holds."""
        self._wanted = False
        if self._listening is not None:
            await asyncio.wait([self._listening])
        await in_pool(self.blocking.close)


class ThreadChannel:
    """The stream of a driver of this process."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    async def send(self, data: bytes) -> int:
        return int(await in_pool(self.stream.send, data))

    async def receive(self, size: int) -> bytes:
        data: bytes = await in_pool(self.stream.receive, size)
        return data

    async def send_hole(self, length: int) -> None:
        await in_pool(self.stream.send_hole, length)

    async def receive_hole(self) -> int:
        return int(await in_pool(self.stream.receive_hole))

    async def finish(self) -> None:
        await in_pool(self.stream.finish)

    async def abort(self) -> None:
        await in_pool(self.stream.abort)
