"""A connection: what every object is reached through."""

from __future__ import annotations

from vsh.api._call import Object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, Self

    from vsh.api._call import Call
    from vsh.api.connection.devices import Devices
    from vsh.api.connection.domains import Domains
    from vsh.api.connection.events import Events
    from vsh.api.connection.host import Host
    from vsh.api.connection.migration import Migration
    from vsh.api.connection.networks import Networks
    from vsh.api.connection.storage import Storage
    from vsh.api.domain import Domain
    from vsh.api.event import Event
    from vsh.api.pipeline import Pipeline
    from vsh.api.stream import Stream

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

    def __init__(self, driver: Any, uri: str = "") -> None:
        super().__init__(self)
        self.driver = driver
        self.uri = uri or driver.uri

    @property
    def readonly(self) -> bool:
        """Whether it was opened for reading only."""
        return bool(self.driver.readonly)

    def many(self, requests: Iterable[tuple[Call, Any, tuple[Any, ...]]]) -> list[Any]:
        """The answers of independent calls, in order; one that fails gives its Error as its answer.

        A request is what ``domain.get_state.request()`` gives.
        """
        answers: list[Any] = self.driver.many(requests)
        return answers

    def pipeline(self) -> Pipeline:
        """Calls that are collected inside ``with`` and made together at its end."""
        from vsh.api.pipeline import Pipeline

        return Pipeline(self)

    def domain(self, name: str) -> Domain:
        """The domain of that name.  Raises NoDomain."""
        found: Domain = self.domain_lookup_by_name(name)
        return found

    def domains(self, flags: int = 0) -> list[Domain]:
        """All domains, or those that the flags (``ListAllDomains``) pick."""
        found: list[Domain] = self.list_all_domains(flags)
        return found

    def stream(self) -> Stream:
        """A new stream, to be given to a call that uses one."""
        from vsh.api.stream import Stream

        return Stream(self)

    def next_event(self, timeout: float | None = None) -> Event | None:
        """The oldest event that was registered for; None if none comes within so many seconds.

        None as ``timeout`` waits for ever.
        """
        found: Event | None = self.driver.next_event(timeout)
        return found

    def events(
        self,
        *words: str,
        family: str = "domain",
        of: Object | None = None,
        timeout: float | None = None,
    ) -> Iterator[Event]:
        """The events of some kinds as they come, each an ``Event`` with its fields as attributes.

        words    which kinds ("lifecycle", "reboot" ...); none means all of the family
        family   "domain", "network", "pool", "node_device", "secret"
        of       the one object whose events are wanted; None means all
        timeout  the iteration ends when none came for so many seconds; None waits for ever
        Raises ValueError for a word that is no event of the family.
        """
        from vsh.api.listening import listen

        return listen(self, words, family, of, timeout)

    def close(self) -> None:
        """Let go of the driver and what it holds."""
        self.driver.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *reason: object) -> None:
        self.close()
