"""The driver that forwards: each call encoded, sent, answered, decoded; many in flight if asked."""

from __future__ import annotations

import os
from time import monotonic

from vsh.drivers.driver import Driver
from vsh.errors import Error, InternalError, NoSupport
from vsh.rpc import codec
from vsh.rpc.programs import CONNECT_CLOSE, NUMBERS, PROGRAMS, REMOTE
from vsh.rpc.xdr import STRING_MAX
from vsh.words.domain.statistics import DomainStatsTypes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, TypeVar

    from vsh.api._call import Call, Object, Request
    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.api.event import Event
    from vsh.drivers.remote._link import Link
    from vsh.rpc.codec import Wire

    Answered = TypeVar("Answered")

CLOSE_TIMEOUT = 2.0
"""How long a daemon may take to say good-bye."""

OWN_URI = "connect_get_uri"

FILES = frozenset(("File", "Files"))
"""The annotations of values that travel beside a message."""

WINDOW = 1000
"""A daemon works on a few calls at a time and leaves the others in the socket's buffer, where a
thousand have room: enough to fill a slow link."""

DOMAINS_MAX = 16384

COMMON_FILTERS = 0xFF
"""What ``GetAllDomainStats`` has of the filters of ``ListAllDomains``."""


_UNANSWERED = InternalError("a call was sent and its answer is not there yet")


class Remote(Driver):
    """One connection to a daemon.

    window   how many calls ``many`` keeps in flight; may be set
    far      whether an answer of the daemon takes its time
    """

    keeps_alive = True
    text_max = STRING_MAX

    def __init__(self, link: Link, uri: str, *, readonly: bool, on_this_host: bool = False) -> None:
        super().__init__(uri, readonly=readonly)
        self.on_this_host = on_this_host
        self.link = link
        self.window = WINDOW
        self.far = False
        self._bulk_states = True
        self._listener: Connection | None = None

    # ------------------------------------------------------------------ the connection

    @property
    def alive(self) -> bool:
        """Whether the daemon still holds its end; looks, and waits for nothing."""
        return self.link.alive

    @property
    def calls_made(self) -> int:
        """How many calls were sent; it starts again after some billions."""
        return self.link.session.calls_queued

    @property
    def close_reason(self) -> int | None:
        """Why it is closed (``virConnectCloseReason``): 0 error, 1 its end, 2 keepalive, 3 us."""
        return self.link.close_reason

    @property
    def timeout(self) -> float | None:
        """Seconds that one call may take; None: as long as the daemon shows that it lives."""
        return self.link.timeout

    @timeout.setter
    def timeout(self, seconds: float | None) -> None:
        self.link.timeout = seconds

    def keepalive(self, interval: int, count: int) -> None:
        """Ask for a sign of life after so many silent seconds, so many times; 0 seconds: never."""
        self.link.keepalive(interval, count)

    def close(self) -> None:
        """Take leave of the daemon.  Never fails: there is nothing left to lose.

        Its answer is awaited, which costs a round trip.  Not to wait would cost the daemon an error
        in its log: it writes the answer to a socket that is gone, since a program that ends closes
        both ways of it, however it has closed one before; without any leave it logs every time.
        Where the way is far and the program ends, a child waits for it.
        """
        if self.link.close_reason is not None:
            return
        try:
            self.link.timeout = CLOSE_TIMEOUT
            serial = self.link.begin(REMOTE, CONNECT_CLOSE)
            if not (self.ending and self.far and self._held_by_a_child()):
                self.link.end(serial)
        except Error:
            pass
        finally:
            self.link.close()

    def _held_by_a_child(self) -> bool:
        """Whether a process of its own holds the socket until the daemon has said good-bye."""
        from vsh.drivers.remote._farewell import leave

        return not self.link.session.outgoing and leave(self.link.duplex)

    # ------------------------------------------------------------------ calls

    def method(self, call: Call[..., object]) -> Callable[..., Any]:
        """What answers a call: the daemon, but for the connection's URI."""
        if call.slot == OWN_URI:  # the daemon's lacks the way there
            return lambda _connection: self.uri
        return lambda target, *values: self.forward(call, target, values)

    def forward(
        self, call: Call[..., Answered], target: Object, values: tuple[object, ...]
    ) -> Answered:
        """Have the daemon answer a call."""
        if "events" in call.options:
            self._listen(target.connection)
        wire = codec.wire(call)
        program = NUMBERS[call.program]
        values = _asking(call, values)
        count = None
        if wire.probe:  # the daemon wants to be told exactly how many answers there are
            payload, _ = wire.encode_args(target, values, 0)
            count = wire.decode_count(self.link.ask(program, call.number, payload))
        payload, files = wire.encode_args(target, values, count)
        if files or _gives_files(call):
            return self._forward_files(call, target, payload, files)
        if wire.stream_at is not None:
            return self._forward_stream(call, target, values, payload)
        reply = self.link.ask(program, call.number, payload)
        answer: Answered = wire.decode_ret(target.connection, reply)
        return answer

    def _forward_files(
        self, call: Call[..., Answered], target: Object, payload: bytes, files: list[int]
    ) -> Answered:
        program = NUMBERS[call.program]
        reply, came = self.link.ask_files(program, call.number, payload, files)
        returns = call.stub.__annotations__["return"]
        if returns == "File" and not came:
            raise InternalError("no file descriptor received")
        used = came[:1] if returns == "File" else came if returns == "Files" else []
        for descriptor in came[len(used) :]:
            os.close(descriptor)
        answer: Answered = codec.wire(call).decode_ret(target.connection, reply, used)
        return answer

    def _forward_stream(
        self, call: Call[..., Answered], target: Object, values: tuple[object, ...], payload: bytes
    ) -> Answered:
        wire = codec.wire(call)
        sparse = "sparse" in call.options and bool(
            call.number_of(values, "flags") & call.word(call.options["sparse"])
        )
        reply, stream = self.link.ask_stream(
            NUMBERS[call.program], call.number, payload, sparse=sparse
        )
        assert wire.stream_at is not None
        from vsh.api import stream as api
        from vsh.drivers.remote._channel import Channel

        near = values[wire.stream_at]
        assert isinstance(near, api.Stream)  # bind() has seen to it
        near.channel = Channel(self.link, stream)
        answer: Answered = wire.decode_ret(target.connection, reply)
        return answer

    def many(self, requests: Iterable[Request[Answered]]) -> list[Answered | Error]:
        """Answer independent calls, in order, ``window`` of them in flight at a time."""
        answers: list[Answered | Error] = []
        sent: list[tuple[int, Call[..., Answered], Object]] = []

        def payloads() -> Iterator[tuple[int, int, bytes]]:
            for call, target, values in requests:
                try:
                    self.admit(call, values)
                    wire = codec.wire(call)
                    if self._is_special(call, wire):
                        answers.append(self.call(call, target, values))
                        continue
                    payload, _ = wire.encode_args(target, _asking(call, values))
                except Error as error:
                    answers.append(error.with_traceback(None))
                    continue
                sent.append((len(answers), call, target))
                answers.append(_UNANSWERED)
                yield NUMBERS[call.program], call.number, payload

        came = self.link.ask_many(payloads(), self.window)
        for (position, call, target), answer in zip(sent, came, strict=True):
            if isinstance(answer, Error):
                answers[position] = answer
                continue
            try:
                answers[position] = codec.wire(call).decode_ret(target.connection, answer)
            except Error as error:
                answers[position] = error.with_traceback(None)
        return answers

    def begin(self, request: Request[Answered]) -> Callable[[], Answered] | None:
        """Make a call without waiting; gives what waits for its answer."""
        call, target, values = request
        wire = codec.wire(call)
        if self.access is not None or self._is_special(call, wire):
            return None
        self.admit(call, values)
        payload, _ = wire.encode_args(target, _asking(call, values))
        serial = self.link.begin(NUMBERS[call.program], call.number, payload)

        def answer() -> Answered:
            found: Answered = wire.decode_ret(target.connection, self.link.end(serial))
            return found

        return answer

    def _is_special(self, call: Call[..., object], wire: Wire) -> bool:
        """Whether a call takes more than one message there and one back."""
        return (
            wire.probe
            or wire.stream_at is not None
            or "events" in call.options
            or call.slot == OWN_URI
            or not FILES.isdisjoint(call.stub.__annotations__.values())
        )

    # ------------------------------------------------------------------ events

    def next_event(self, timeout: float | None = None) -> Event | None:
        """The oldest event that was registered for; None if none comes within so many seconds.

        Events that come while calls are waited for are kept; they are not lost between two of
        these.
        """
        link, session = self.link, self.link.session
        end = None if timeout is None else monotonic() + timeout
        while True:
            with link.lock:
                message = session.next_event()
            if message is not None:
                break
            left = None if end is None else max(0.0, end - monotonic())
            if not link.wait(lambda: bool(session.events), left):
                return None
        from vsh.api.table import events

        kind = events()[PROGRAMS[message.program], message.procedure]
        assert self._listener is not None  # or no event would have been kept
        callback, event = codec.decode_event(
            self._listener, kind, message.procedure, message.payload
        )
        event.callback = callback
        return event

    def _listen(self, connection: Connection) -> None:
        """From now on keep the events that come: they may, before the registration is answered."""
        if self._listener is None:
            from vsh.api.table import events

            self._listener = connection
            self.link.session.wanted = {(NUMBERS[program], number) for program, number in events()}

    # ------------------------------------------------------------------ fewer round trips

    def domain_states(self, domains: list[Domain]) -> list[tuple[int, int] | Error]:
        """State and reason of each domain, in one call where the daemon's driver has it."""
        found: dict[str, tuple[int, int]] = {}
        if len(domains) > 1 and self._bulk_states:
            ask = domains[0].connection.get_all_domain_stats
            for at in range(0, len(domains), DOMAINS_MAX):
                some = ask.request(domains[at : at + DOMAINS_MAX], DomainStatsTypes.STATE)
                found |= self._stated(self.many([some])[0])
        return self._all_stated(domains, found)

    def domains_and_states(
        self, connection: Connection, flags: int
    ) -> tuple[list[Domain], list[tuple[int, int] | Error]]:
        """The domains that flags pick, and the state and reason of each: in one round trip where
        the daemon's driver has the states of all in one call.
        """
        listing = connection.list_all_domains.request(flags)
        if not self._bulk_states:
            domains = self.call(*listing)
            return domains, self.domain_states(domains)
        states = connection.get_all_domain_stats.request(
            [], DomainStatsTypes.STATE, flags & COMMON_FILTERS
        )
        found, answer = self.many([listing, states])
        if isinstance(found, Error):
            raise found
        assert isinstance(found, list)
        return found, self._all_stated(found, self._stated(answer))

    def _stated(self, answer: object) -> dict[str, tuple[int, int]]:
        """State and reason by UUID, as far as they were answered."""
        if isinstance(answer, Error):
            if self.link.close_reason is not None:
                raise answer
            # Whatever it objects to here may be well for each domain by itself.
            self._bulk_states = self._bulk_states and not isinstance(answer, NoSupport)
            return {}
        assert isinstance(answer, list)
        return {
            record.domain.uuid: (record.params["state.state"], record.params["state.reason"])
            for record in answer
            if "state.state" in record.params and "state.reason" in record.params
        }

    def _all_stated(
        self, domains: list[Domain], found: dict[str, tuple[int, int]]
    ) -> list[tuple[int, int] | Error]:
        """State and reason of each domain; those that were not found are asked for one by one."""
        rest = [domain for domain in domains if domain.uuid not in found]
        asked = iter(super().domain_states(rest)) if rest else iter(())
        return [found[domain.uuid] if domain.uuid in found else next(asked) for domain in domains]


def _asking(call: Call[..., object], values: tuple[object, ...]) -> tuple[object, ...]:
    """The values, with the flag that says that texts are welcome too."""
    if "texts" not in call.options:
        return values
    from vsh.words.parameter import TypedParameterFlags

    return (*values[:-1], call.number_of(values, "flags") | TypedParameterFlags.STRING_OKAY)


def _gives_files(call: Call[..., object]) -> bool:
    return call.stub.__annotations__["return"] in FILES
