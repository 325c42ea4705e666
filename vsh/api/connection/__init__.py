"""A connection: what every object is reached through."""

from __future__ import annotations

from vsh.api._call import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from typing import Literal, Self, TypeVar, overload

    from vsh.api import collection as these
    from vsh.api import event as happened
    from vsh.api._call import Request
    from vsh.api.collection import Interfaces, NodeDevices, Nwfilters, Pools, Secrets
    from vsh.api.connection.devices import Devices
    from vsh.api.connection.domains import Domains
    from vsh.api.connection.events import Events
    from vsh.api.connection.host import Host
    from vsh.api.connection.migration import Migration
    from vsh.api.connection.networks import Networks
    from vsh.api.connection.storage import Storage
    from vsh.api.domain import Domain
    from vsh.api.driver import Driver
    from vsh.api.event import Event
    from vsh.api.job import Job
    from vsh.api.listening import Hub, Watch
    from vsh.api.pipeline import Pipeline
    from vsh.api.stream import Stream
    from vsh.errors import Error

    A = TypeVar("A")
    B = TypeVar("B")
    C = TypeVar("C")
    D = TypeVar("D")

    class _Calls(Host, Domains, Networks, Storage, Devices, Events, Migration):
        pass

else:
    _Calls = Object


class Connection(_Calls):
    """An open connection to a hypervisor, by way of a driver.

    A context manager: closed at the end of ``with``.
    """

    __slots__ = ("driver", "uri")
    themes = ("domains", "host", "events", "networks", "storage", "devices", "migration")

    def __init__(self, driver: Driver, uri: str = "") -> None:
        self.driver = driver
        self.uri = uri or driver.uri

    if not TYPE_CHECKING:  # a type checker sees what all objects have

        @property
        def connection(self) -> Connection:
            """Itself: kept, it would stay in memory until the collector of circles comes by."""
            return self

    @property
    def readonly(self) -> bool:
        """Whether it was opened for reading only."""
        return self.driver.readonly

    if TYPE_CHECKING:

        @overload
        def many(self, requests: tuple[Request[A], Request[B]]) -> tuple[A | Error, B | Error]: ...
        @overload
        def many(
            self, requests: tuple[Request[A], Request[B], Request[C]]
        ) -> tuple[A | Error, B | Error, C | Error]: ...
        @overload
        def many(
            self, requests: tuple[Request[A], Request[B], Request[C], Request[D]]
        ) -> tuple[A | Error, B | Error, C | Error, D | Error]: ...
        @overload
        def many(self, requests: list[Request[A]] | Iterator[Request[A]]) -> list[A | Error]: ...

    def many(self, requests: Iterable[Request[object]]) -> Sequence[object]:
        """The answers of independent calls, in order; one that fails gives its Error as its answer.

        A request is what ``domain.get_state.request()`` gives.  A tuple of requests has a tuple of
        answers, each of its own type; any other iterable a list.
        """
        answers = self.driver.many(requests)
        return tuple(answers) if isinstance(requests, tuple) else answers

    def pipeline(self) -> Pipeline:
        """Calls that are collected inside ``with`` and made together at its end."""
        from vsh.api.pipeline import Pipeline

        return Pipeline(self)

    def domain(self, name: str) -> Domain:
        """The domain of that name.  Raises NoDomain."""
        found: Domain = self.domain_lookup_by_name(name)
        return found

    @property
    def domains(self) -> these.Domains:
        """Its domains: ``connection.domains["web1"]``, ``connection.domains(state="running")``."""
        from vsh.api.collection import Domains

        return Domains(self)

    @property
    def networks(self) -> these.Networks:
        """Its virtual networks, by name or UUID."""
        from vsh.api.collection import Networks

        return Networks(self)

    @property
    def pools(self) -> Pools:
        """Its storage pools: ``connection.pools["default"].volumes``."""
        from vsh.api.collection import Pools

        return Pools(self)

    @property
    def interfaces(self) -> Interfaces:
        """Network interfaces of the host, by name."""
        from vsh.api.collection import Interfaces

        return Interfaces(self)

    @property
    def node_devices(self) -> NodeDevices:
        """Devices of the host, by name."""
        from vsh.api.collection import NodeDevices

        return NodeDevices(self)

    @property
    def nwfilters(self) -> Nwfilters:
        """Its network filters, by name or UUID."""
        from vsh.api.collection import Nwfilters

        return Nwfilters(self)

    @property
    def secrets(self) -> Secrets:
        """Its secrets, by UUID or by what they are for."""
        from vsh.api.collection import Secrets

        return Secrets(self)

    def stream(self) -> Stream:
        """A new stream, to be given to a call that uses one."""
        from vsh.api.stream import Stream

        return Stream(self)

    @property
    def hub(self) -> Hub:
        """What its events pass through, so that each reaches whoever waits for it."""
        found: Hub | None = self.__dict__.get("_hub")
        if found is None:
            from vsh.api.listening import Hub

            found = self.__dict__.setdefault("_hub", Hub(self))  # one, whoever comes first
        return found

    def next_event(self, timeout: float | None = None) -> Event | None:
        """The oldest event that was registered for, by the calls themselves rather than a watch.

        None if none comes within so many seconds; None as ``timeout`` waits for ever.
        """
        hub = self.hub
        return hub.next(hub.unclaimed, timeout)

    if TYPE_CHECKING:

        @overload
        def watch(
            self,
            word: Literal["lifecycle"],
            /,
            *,
            of: Object | None = ...,
            timeout: float | None = ...,
        ) -> Watch[happened.Lifecycle]: ...

        @overload
        def watch(
            self,
            *words: str,
            family: Literal["domain"] = ...,
            of: Object | None = ...,
            timeout: float | None = ...,
        ) -> Watch[happened.DomainEvent]: ...

        @overload
        def watch(
            self,
            *words: str,
            family: Literal["network"],
            of: Object | None = ...,
            timeout: float | None = ...,
        ) -> Watch[happened.NetworkEvent]: ...

        @overload
        def watch(
            self,
            *words: str,
            family: Literal["pool"],
            of: Object | None = ...,
            timeout: float | None = ...,
        ) -> Watch[happened.PoolEvent]: ...

        @overload
        def watch(
            self,
            *words: str,
            family: Literal["node_device"],
            of: Object | None = ...,
            timeout: float | None = ...,
        ) -> Watch[happened.NodeDeviceEvent]: ...

        @overload
        def watch(
            self,
            *words: str,
            family: Literal["secret"],
            of: Object | None = ...,
            timeout: float | None = ...,
        ) -> Watch[happened.SecretEvent]: ...

        @overload
        def watch(
            self, *words: str, family: str, of: Object | None = ..., timeout: float | None = ...
        ) -> Watch[Event]: ...

    def watch(
        self,
        *words: str,
        family: str = "domain",
        of: Object | None = None,
        timeout: float | None = None,
    ) -> Watch[Event]:
        """Events of some kinds, from now on: an iteration, and a context manager that ends it.

        words    which kinds ("lifecycle", "reboot" ...); none means all of the family
        family   "domain", "network", "pool", "node_device", "secret"
        of       the one object whose events are wanted; None means all
        timeout  the iteration ends when none came for so many seconds; None waits for ever
        Each is an ``Event`` with its fields as attributes.  Many watches may be open at
        once, in any threads; each sees all of its events.
        Raises ValueError for a word that is no event of the family, NoSupport.
        """
        from vsh.api.listening import watch

        return watch(self, words, family, of, timeout)

    def watch_monitor(
        self,
        event: str | None = None,
        *,
        of: Domain | None = None,
        flags: int = 0,
        timeout: float | None = None,
    ) -> Watch[happened.MonitorEvent]:
        """Events of QEMU's monitors, from now on, as ``watch`` gives them.

        event   only those of this name; flags 1: it is a regular expression, 2: in any case
        """
        from vsh.api.listening import watch_monitor

        return watch_monitor(self, of, event, flags, timeout)

    if TYPE_CHECKING:

        @overload
        def events(
            self,
            word: Literal["lifecycle"],
            /,
            *,
            of: Object | None = ...,
            timeout: float | None = ...,
        ) -> Iterator[happened.Lifecycle]: ...

        @overload
        def events(
            self,
            *words: str,
            family: Literal["domain"] = ...,
            of: Object | None = ...,
            timeout: float | None = ...,
        ) -> Iterator[happened.DomainEvent]: ...

        @overload
        def events(
            self,
            *words: str,
            family: Literal["network"],
            of: Object | None = ...,
            timeout: float | None = ...,
        ) -> Iterator[happened.NetworkEvent]: ...

        @overload
        def events(
            self,
            *words: str,
            family: Literal["pool"],
            of: Object | None = ...,
            timeout: float | None = ...,
        ) -> Iterator[happened.PoolEvent]: ...

        @overload
        def events(
            self,
            *words: str,
            family: Literal["node_device"],
            of: Object | None = ...,
            timeout: float | None = ...,
        ) -> Iterator[happened.NodeDeviceEvent]: ...

        @overload
        def events(
            self,
            *words: str,
            family: Literal["secret"],
            of: Object | None = ...,
            timeout: float | None = ...,
        ) -> Iterator[happened.SecretEvent]: ...

        @overload
        def events(
            self, *words: str, family: str, of: Object | None = ..., timeout: float | None = ...
        ) -> Iterator[Event]: ...

    def events(
        self,
        *words: str,
        family: str = "domain",
        of: Object | None = None,
        timeout: float | None = None,
    ) -> Iterator[Event]:
        """As ``watch``, registered at the first step of the iteration and no more at its end."""
        from vsh.api.listening import listen

        return listen(self, words, family, of, timeout)

    def migrate(
        self,
        domain: Domain,
        destination: Connection | str,
        params: Mapping[str, object] | None = None,
        flags: int = 0,
        *,
        timeout: float | None = None,
        force: str = "suspend",
        postcopy_after_precopy: bool = False,
        direct: bool = False,
    ) -> Job[Domain | None]:
        """Move a guest of this connection to another host.

            moving = connection.migrate(domain, "qemu+ssh://b/system", flags=DomainMigrate.LIVE)
            for progress in moving:
                print(progress.percent)
            guest = moving.result

        It begins when it is iterated over, or by ``moving.wait()``; leaving the iteration aborts
        it, and the guest goes on here.

        destination  a connection, or a URI.  With PEER2PEER among the flags, or ``direct``, the
                     source's daemon or its hypervisor talks to the URI itself, and the result is
                     None; else it is the guest's handle on the destination
        params       by libvirt's names, without types: {"bandwidth": 100} (MiB/s; see
                     ``vsh.acts.migrate.PARAMETERS``)
        timeout      seconds of the job after which it is forced to its end: ``force`` is "suspend"
                     (the guest is paused meanwhile) or "postcopy" (it runs on there at once)
        postcopy_after_precopy  post-copy begins after the first pass over the guest's memory
        Raises ValueError for an unknown name; waiting raises the Error of either host.
        """
        from vsh.api.act import act_named

        act: Callable[..., Job[Domain | None]] = act_named("migrate")
        return act(
            domain,
            destination,
            params,
            flags,
            timeout=timeout,
            force=force,
            postcopy_after_precopy=postcopy_after_precopy,
            direct=direct,
        )

    def close(self) -> None:
        """Let go of the driver and what it holds."""
        self.driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()
