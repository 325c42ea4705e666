"""What a connection does in an event loop beside its calls: events, streams, acts, its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast, overload

from vsh.aio._object import Object

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from typing import Self

    from vsh.aio import event as happened
    from vsh.aio._driver import Driver
    from vsh.aio._object import Object as Handle
    from vsh.aio._watching import Hub, Watch
    from vsh.aio.connection import Connection
    from vsh.aio.domain import Domain
    from vsh.aio.event import Event
    from vsh.aio.job import Job
    from vsh.aio.stream import Stream


class Base(Object):
    """The part of ``vsh.aio.Connection`` that is no call."""

    def __init__(self, driver: Driver) -> None:
        self.driver = driver
        self.uri = driver.uri
        super().__init__(self)  # type: ignore[arg-type]

    @property
    def readonly(self) -> bool:
        """Whether it was opened for reading only."""
        return self.driver.readonly

    @property
    def alive(self) -> bool:
        """Whether the other end is still there, as far as is known."""
        return self.driver.alive

    @property
    def hub(self) -> Hub:
        """What its events pass through."""
        found: Hub | None = self.__dict__.get("_hub")
        if found is None:
            from vsh.aio._watching import Hub

            found = self.__dict__["_hub"] = Hub(self._whole)
            link = getattr(self.driver, "link", None)
            if link is not None:
                link.at_end = found.end
        return found

    @property
    def _whole(self) -> Connection:
        return cast("Connection", self)

    async def next_event(self, timeout: float | None = None) -> Event | None:
        """The oldest event that was registered for by the calls themselves rather than a watch.

        None if none comes within so many seconds; None as ``timeout`` waits for ever.
        """
        from vsh.aio._watching import taken

        hub = self.hub
        self.driver.listen(wanted=True)
        found: Event | None = await taken(self._whole, hub.unclaimed, hub.arrived, timeout)
        return found

    if TYPE_CHECKING:

        @overload
        def watch(
            self,
            word: Literal["lifecycle"],
            /,
            *,
            of: Handle | None = ...,
            timeout: float | None = ...,
        ) -> Watch[happened.Lifecycle]: ...

        @overload
        def watch(
            self,
            *words: str,
            family: Literal["domain"] = ...,
            of: Handle | None = ...,
            timeout: float | None = ...,
        ) -> Watch[happened.DomainEvent]: ...

        @overload
        def watch(
            self,
            *words: str,
            family: Literal["network"],
            of: Handle | None = ...,
            timeout: float | None = ...,
        ) -> Watch[happened.NetworkEvent]: ...

        @overload
        def watch(
            self,
            *words: str,
            family: Literal["pool"],
            of: Handle | None = ...,
            timeout: float | None = ...,
        ) -> Watch[happened.PoolEvent]: ...

        @overload
        def watch(
            self,
            *words: str,
            family: Literal["node_device"],
            of: Handle | None = ...,
            timeout: float | None = ...,
        ) -> Watch[happened.NodeDeviceEvent]: ...

        @overload
        def watch(
            self,
            *words: str,
            family: Literal["secret"],
            of: Handle | None = ...,
            timeout: float | None = ...,
        ) -> Watch[happened.SecretEvent]: ...

        @overload
        def watch(
            self, *words: str, family: str, of: Handle | None = ..., timeout: float | None = ...
        ) -> Watch[Event]: ...

    def watch(
        self,
        *words: str,
        family: str = "domain",
        of: Handle | None = None,
        timeout: float | None = None,
    ) -> Watch[Event]:
        """Events of some kinds, inside ``async with``: an asynchronous iteration.

        words    which kinds ("lifecycle", "reboot" ...); none means all of the family
        family   "domain", "network", "pool", "node_device", "secret"
        of       the one object whose events are wanted; None means all
        timeout  the iteration ends when none came for so many seconds; None waits for ever
        Each is an event of ``vsh.aio.event``.  Any number of watches may be open at once; each sees
        all of its events.  Raises ValueError for a word that is no event of the family, NoSupport.
        """
        from vsh.aio._watching import watch

        return watch(self._whole, words, family, of, timeout)

    if TYPE_CHECKING:

        @overload
        def events(
            self,
            word: Literal["lifecycle"],
            /,
            *,
            of: Handle | None = ...,
            timeout: float | None = ...,
        ) -> AsyncIterator[happened.Lifecycle]: ...

        @overload
        def events(
            self,
            *words: str,
            family: Literal["domain"] = ...,
            of: Handle | None = ...,
            timeout: float | None = ...,
        ) -> AsyncIterator[happened.DomainEvent]: ...

        @overload
        def events(
            self,
            *words: str,
            family: Literal["network"],
            of: Handle | None = ...,
            timeout: float | None = ...,
        ) -> AsyncIterator[happened.NetworkEvent]: ...

        @overload
        def events(
            self,
            *words: str,
            family: Literal["pool"],
            of: Handle | None = ...,
            timeout: float | None = ...,
        ) -> AsyncIterator[happened.PoolEvent]: ...

        @overload
        def events(
            self,
            *words: str,
            family: Literal["node_device"],
            of: Handle | None = ...,
            timeout: float | None = ...,
        ) -> AsyncIterator[happened.NodeDeviceEvent]: ...

        @overload
        def events(
            self,
            *words: str,
            family: Literal["secret"],
            of: Handle | None = ...,
            timeout: float | None = ...,
        ) -> AsyncIterator[happened.SecretEvent]: ...

        @overload
        def events(
            self, *words: str, family: str, of: Handle | None = ..., timeout: float | None = ...
        ) -> AsyncIterator[Event]: ...

    def events(
        self,
        *words: str,
        family: str = "domain",
        of: Handle | None = None,
        timeout: float | None = None,
    ) -> AsyncIterator[Event]:
        """As ``watch``, registered at the first step of the iteration and no more at its end.

        An iteration that is left early ends its registration when it is collected.
        """
        from vsh.aio._watching import watch

        return self._happening(watch(self._whole, words, family, of, timeout))

    @staticmethod
    async def _happening(watching: Watch[Event]) -> AsyncIterator[Event]:
        async with watching as watch:
            async for event in watch:
                yield event

    def watch_monitor(
        self,
        event: str | None = None,
        *,
        of: Domain | None = None,
        flags: int = 0,
        timeout: float | None = None,
    ) -> Watch[happened.MonitorEvent]:
        """Events of QEMU's monitors, as ``watch`` gives them.

        event   only those of this name; flags 1: it is a regular expression, 2: in any case
        """
        from vsh.aio._watching import watch_monitor

        return watch_monitor(self._whole, of, event, flags, timeout)

    def stream(self) -> Stream:
        """A new stream, to be given to a call that uses one."""
        from vsh.aio.stream import Stream

        return Stream(self._whole)

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
    ) -> Job:
        """Move a guest of this connection to another host.

            moving = connection.migrate(domain, "qemu+ssh://b/system", flags=DomainMigrate.LIVE)
            async for progress in moving:
                print(progress.percent)
            guest = await moving

        It begins when it is iterated over or awaited; a task that is cancelled meanwhile aborts it.
        Parameters are those of ``vsh.api.connection.Connection.migrate``.
        """
        from vsh.aio.job import Job

        options = {
            "timeout": timeout,
            "force": force,
            "postcopy_after_precopy": postcopy_after_precopy,
            "direct": direct,
        }
        return Job(self._whole, domain, destination, params, flags, options)

    async def close(self) -> None:
        """Let go of the driver and what it holds."""
        await self.driver.close()
        hub: Hub | None = self.__dict__.get("_hub")
        if hub is not None:
            hub.end()

    def __repr__(self) -> str:
        return f"<connection to {self.uri}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self.close()
