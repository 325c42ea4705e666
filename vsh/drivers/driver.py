"""What every driver is: one open connection, whose calls are answered by parts.

A driver is a folder of ``vsh/drivers``.  Its parts (``part.py``) are files at the places that their
themes have below ``vsh/api``: a call of ``vsh.api.domain.lifecycle`` is answered by ``Lifecycle``
of ``domain/lifecycle.py`` in the driver's folder, which is imported when it is first needed.

What a hypervisor is (its stores, jobs, bus) is one object for all connections of the process; the
driver is a light view of it (URI, rights, registrations for events).  Many threads may call; one
of them may be in a hurry: the daemon's loop, with a call that is quick.  It waits for no object.
"""

from __future__ import annotations

from _thread import get_ident

from vsh.errors import Error, NoSupport
from vsh.lookup import load

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import RLock
    from collections.abc import Callable, Iterable
    from contextlib import AbstractContextManager
    from typing import Any, Protocol, TypeVar

    from vsh.api._call import Call, Object, Request
    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.api.event import Event
    from vsh.drivers.part import Part
    from vsh.drivers.policy import Access
    from vsh.drivers.state.bus import Bus, Listener

    Answered = TypeVar("Answered")
    Method = Callable[..., Any]
    """A part's answer to a call."""

    class Hypervisor(Protocol):
        """What connections of this process to one hypervisor share.

        openers  how many connections are open
        lock     held where several objects change at once
        bus      where events are offered
        """

        openers: int

        @property
        def lock(self) -> AbstractContextManager[object]: ...
        @property
        def bus(self) -> Bus: ...


class WouldWait(Exception):
    """A call that is in a hurry would have to wait: nothing was done."""


class Hurry:
    """``with HURRY:`` this thread waits for nobody: what would have to raises WouldWait."""

    __slots__ = ("thread",)

    def __init__(self) -> None:
        self.thread = 0

    def __enter__(self) -> None:
        self.thread = get_ident()

    def __exit__(self, *raised: object) -> None:
        self.thread = 0


HURRY = Hurry()


def in_a_hurry() -> bool:
    """Whether this thread waits for nobody."""
    return HURRY.thread == get_ident()


def take(lock: RLock) -> None:
    """Take an object's lock.  Raises WouldWait where another thread has it, in a hurry."""
    if not lock.acquire(blocking=False):
        if in_a_hurry():
            raise WouldWait
        lock.acquire()


class Driver:
    """One open connection to a hypervisor.

    name          what libvirt calls the driver in messages
    uri           what it was opened with
    readonly      nothing may be changed by it
    access        who decides what it may do; None: nobody, all is allowed
    text_max      bytes of the longest text that can be handed over, if there is one
    on_this_host  whether the hypervisor sees this host's files
    keeps_alive   whether the driver can test that its peer is still there
    ending        the process ends right after this is closed; may be set
    error_domain  libvirt's number for the part that this driver's errors come from
    parts         the package that its parts are in; "" where it has none
    """

    name = ""
    uri = ""
    readonly = False
    access: Access | None = None
    text_max: int | None = None
    on_this_host = True
    keeps_alive = False
    ending = False
    error_domain = 0
    parts = ""

    @property
    def alive(self) -> bool:
        """False once the peer has gone; never for a driver that has no peer."""
        return True

    @property
    def close_reason(self) -> int | None:
        """Why the peer has gone (virConnectCloseReason), if it has."""
        return None

    def __init__(self, uri: str = "", *, readonly: bool = False) -> None:
        self.uri = uri
        self.readonly = readonly
        self._parts: dict[str, Part | None] = {}
        self._methods: dict[Call[..., object], Method] = {}
        self._asked = 0

    @property
    def calls_made(self) -> int:
        """How many calls were made of it, or sent to its peer."""
        return self._asked

    def call(
        self, call: Call[..., Answered], target: Object, values: tuple[object, ...]
    ) -> Answered:
        """Answer one call, if it may be made.  Raises NoSupport where there is no method for it."""
        self._asked += 1
        if self.readonly or call.guarded:
            self.admit(call, values)
        if self.access is not None:
            from vsh.drivers.policy import ask

            return ask(self, call, target, values)
        return self.answer(call, target, values)

    def answer(
        self, call: Call[..., Answered], target: Object, values: tuple[object, ...]
    ) -> Answered:
        """Answer a call that may be made.  Raises NoSupport where there is no method for it."""
        method = self._methods.get(call)
        if method is None:
            method = self._methods[call] = self.method(call)
        try:
            answer: Answered = method(target, *values)
        except Error as error:
            self.word(error, call, target, values)
            if not error.domain and self.error_domain:
                from vsh.drivers.origin import origin

                error.domain = origin(error, call, self.error_domain)
            raise
        return answer

    def word(
        self, error: Error, call: Call[..., object], target: Object, values: tuple[object, ...]
    ) -> None:
        """Put an error of a call into the driver's own words, where it has some."""

    def admit(self, call: Call[..., object], values: tuple[object, ...]) -> None:
        """Refuse what must not be asked of the driver: see ``policy.admit``."""
        if not (self.readonly or call.guarded):
            return
        from vsh.drivers.policy import admit

        admit(call, values, readonly=self.readonly)

    def method(self, call: Call[..., object]) -> Method:
        """What answers a call with what its stub says: given its target and values.

        Raises NoSupport.
        """
        part = self.part(call.theme)
        method = getattr(part, call.name, None)
        if method is None:
            raise NoSupport(call.api)
        found: Callable[..., object] = method
        return found

    def part(self, theme: str) -> Part | None:
        """The part for a theme of the API ("domain.lifecycle"), or None."""
        try:
            return self._parts[theme]
        except KeyError:
            kind = find_part(self.parts, theme)
            part = self._parts[theme] = None if kind is None else kind(self)
            return part

    def many(self, requests: Iterable[Request[Answered]]) -> list[Answered | Error]:
        """Answer independent calls, in order; a call that fails gives its Error instead of a value.

        A driver with a link to cross keeps them in flight together.
        """
        answers: list[Answered | Error] = []
        for request in requests:
            try:
                answers.append(self.call(*request))
            except Error as error:
                answers.append(error.with_traceback(None))  # which would hold on to all it has seen
        return answers

    def begin(self, request: Request[Answered]) -> Callable[[], Answered] | None:
        """Make a call without waiting; gives what waits for its answer.

        None where the call has to be made as a whole: nothing has been done then.
        """
        return None

    def call_while(self, request: Request[Answered], meanwhile: Callable[[], None]) -> Answered:
        """Answer one call.

        meanwhile  what a driver with a link to cross does while it waits; may make other calls
        """
        answer = self.begin(request)
        if answer is None:
            return self.call(*request)
        meanwhile()
        return answer()

    def domain_states(self, domains: list[Domain]) -> list[tuple[int, int] | Error]:
        """State and reason of each of many domains.

        A domain that has gone has its Error instead.
        """
        answers = self.many(domain.get_state.request() for domain in domains)
        return [answer if isinstance(answer, Error) else tuple(answer) for answer in answers]

    def domains_and_states(
        self, connection: Connection, flags: int
    ) -> tuple[list[Domain], list[tuple[int, int] | Error]]:
        """The domains that flags pick (``ListAllDomains``), and ``domain_states`` of these."""
        domains = connection.list_all_domains(flags)
        return domains, self.domain_states(domains)

    def started(self, domains: list[Domain]) -> list[float | None]:
        """Since when each of many domains runs, in seconds since 1970; None where that is not
        known.  Nothing is asked of a peer."""
        if not self.on_this_host:
            return [None] * len(domains)
        from vsh.drivers.processes import started

        found = started(domain.uuid for domain in domains if domain.id != -1)
        return [found.get(domain.uuid) for domain in domains]

    def next_event(self, timeout: float | None = None) -> Event | None:
        """The oldest event that was registered for; None if none comes within so many seconds.

        None as ``timeout`` waits for ever.  A driver that takes registrations overrides this.
        """
        return None

    def close(self) -> None:
        """Let go of whatever the driver holds."""


class Embedded(Driver):
    """A driver whose hypervisor is in this process: one view of it of many.

    closed  nothing may be asked of it any more
    """

    hypervisor: Hypervisor

    def __init__(self, hypervisor: Hypervisor, uri: str, *, readonly: bool) -> None:
        super().__init__(uri, readonly=readonly)
        self.hypervisor = hypervisor
        self.closed = False
        self._listener: Listener | None = None
        hypervisor.openers += 1

    @property
    def listener(self) -> Listener:
        """The registrations for events."""
        if self._listener is None:
            from vsh.drivers.state.bus import Listener

            with self.hypervisor.lock:
                if self._listener is None:
                    self._listener = Listener(self.hypervisor.bus)
        return self._listener

    def next_event(self, timeout: float | None = None) -> Event | None:
        if self._listener is None:
            return None
        return self._listener.next(timeout)

    def close(self) -> None:
        self.closed = True
        if self._listener is not None:
            self._listener.close()
        self._parts.clear()  # they know the driver, and it would stay in memory with them
        self._methods.clear()
        self.hypervisor.openers -= 1


def find_part(package: str, theme: str) -> type[Part] | None:
    """The part of a driver's package for a theme, or None."""
    if not package:
        return None
    name = f"{package}.{theme}"
    try:
        module = load(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise  # the part itself misses something
        return None
    words = theme.rpartition(".")[2].split("_")
    found: type[Part] = getattr(module, "".join(word.capitalize() for word in words))
    return found
