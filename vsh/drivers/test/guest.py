"""The guests of a test hypervisor, and what they pretend to have inside."""

from __future__ import annotations

from time import time

from vsh.drivers.state import guest
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.state.store import Taking
    from vsh.xml.domain import Domain as Definition

# poll-max-ns, poll-grow, poll-shrink, poll-weight of a new I/O thread
NEW_IO_THREAD = (32768, 0, 0, 0)

MAX_VCPUS = 32

FIRST_GUEST_TIME = 627319920


class Guest(guest.Guest):
    """One guest.

    seconds, nanoseconds  its clock
    frozen                whether each of its file systems is
    io_threads            by id: poll-max-ns, -grow, -shrink, -weight
    since                 when it was started, in seconds since 1970
    document              what is written for it as long as it is ``unread``, where that is known
    """

    __slots__ = (
        "document",
        "seconds",
        "nanoseconds",
        "frozen",
        "io_threads",
        "taints",
        "deprecations",
        "since",
    )

    def __init__(
        self,
        name: str,
        uuid: str,
        *,
        definition: Definition | None = None,
        load: guest.Load | None = None,
    ) -> None:
        super().__init__(name, uuid, definition=definition, load=load)
        self.document: str | None = None
        self.seconds = FIRST_GUEST_TIME
        self.nanoseconds = 0
        self.frozen = [False, False]
        self.io_threads: dict[int, list[int]] = {}
        self.taints: set[int] = set()
        self.deprecations: list[str] = []
        self.since: float | None = None


class Guests(guest.Guests[Guest]):
    """All guests of a hypervisor."""

    __slots__ = ()

    def defining(self, definition: Definition) -> Taking[Guest]:
        """Hold the guest that a definition is of, made with it if there is none."""
        name, uuid = str(definition.name), str(definition.uuid)
        return self.taking(name, uuid, lambda: Guest(name, uuid, definition=definition))

    def start(self, guest: Guest, reason: int) -> None:
        """Make a guest run: a new id, and a copy of a persistent definition to run from."""
        definition = guest.definition
        guest.state = DomainState.RUNNING
        guest.reason = reason
        guest.id = self.number(guest)
        guest.active = True
        guest.since = time()
        if guest.persistent and guest.planned is None:
            from vsh.drivers.test import definitions

            guest.planned = definitions.copied(definition)
        guest.managed_save = False

    def stop(self, guest: Guest, reason: int) -> None:
        """Make a guest stop, back to its persistent definition if it has one."""
        if guest.planned is not None:
            guest.definition = guest.planned
            guest.planned = None
        self.unnumber(guest.id)
        guest.id = -1
        guest.active = False
        guest.state = DomainState.SHUTOFF
        guest.reason = reason
