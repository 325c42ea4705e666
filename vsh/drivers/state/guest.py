"""The guests of a hypervisor in this process: what libvirt's domain objects hold.

A driver has a subclass of ``Guest`` with what it knows of a guest beyond that.
"""

from __future__ import annotations

from vsh.api.domain import Domain
from vsh.drivers.state.store import Kept, Store
from vsh.errors import InvalidArgument, NoDomain, OperationFailed, OperationInvalid
from vsh.words.domain import DomainModificationImpact
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol, TypeVar

    from vsh.api.connection import Connection
    from vsh.drivers.state.moments import MomentTree
    from vsh.drivers.state.store import Target
    from vsh.errors import Error
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.moment.checkpoint import DomainCheckpoint
    from vsh.xml.moment.snapshot import DomainSnapshot

    Someone = TypeVar("Someone", bound="Guest")

    class Load(Protocol):
        """What reads a guest's definition, and what is planned beside it where it runs."""

        def __call__(self, *, active: bool) -> tuple[Definition, Definition | None]: ...

else:
    Someone = None

LIVE, CONFIG = DomainModificationImpact.LIVE, DomainModificationImpact.CONFIG

_NAMED_STATES = (DomainState.RUNNING, DomainState.PAUSED, DomainState.SHUTOFF)


class Guest(Kept):
    """One guest.

    id          the number of its run; -1 while it is off
    definition  what runs, or what will run if nothing does
    planned     the persistent definition while the guest runs, else None
    reason      why the guest is in its state, in that state's own numbers
    facts       maximum memory and current memory in KiB, and vCPUs, where they are known without
                reading the definition

    Where the guest came as a document its definition is read by ``load`` on first use.  All is for
    who holds the guest.
    """

    __slots__ = (
        "id",
        "state",
        "reason",
        "autostart_once",
        "managed_save",
        "facts",
        "planned",
        "_snapshots",
        "_checkpoints",
        "_definition",
        "_load",
    )

    def __init__(
        self,
        name: str,
        uuid: str,
        *,
        definition: Definition | None = None,
        load: Load | None = None,
    ) -> None:
        super().__init__(name, uuid)
        self.id = -1
        self.state: int = DomainState.SHUTOFF
        self.reason = 0
        self.autostart_once = False
        self.managed_save = False
        self.facts: tuple[int, int, int] | None = None
        self.planned: Definition | None = None
        self._snapshots: MomentTree[DomainSnapshot] | None = None
        self._checkpoints: MomentTree[DomainCheckpoint] | None = None
        self._load = load
        if definition is not None:
            self._definition = definition

    @property
    def unread(self) -> bool:
        """Whether nobody has needed the definition yet: it is what its document says."""
        return self._load is not None

    @property
    def definition(self) -> Definition:
        """What runs, or will run; read now if it was not needed before."""
        if self._load is not None:
            self._definition, planned = self._load(active=self.active)
            self._load = None  # not before: who asks again hears again that it cannot be read
            if planned is not None:
                self.planned = planned
            self.facts = None
        return self._definition

    @definition.setter
    def definition(self, definition: Definition) -> None:
        self._load = None
        self.facts = None
        self._definition = definition

    @property
    def snapshots(self) -> MomentTree[DomainSnapshot]:
        """The guest's snapshots."""
        if self._snapshots is None:
            from vsh.drivers.state.moments import MomentTree

            self._snapshots = MomentTree()
        return self._snapshots

    @property
    def checkpoints(self) -> MomentTree[DomainCheckpoint]:
        """The guest's checkpoints."""
        if self._checkpoints is None:
            from vsh.drivers.state.moments import MomentTree

            self._checkpoints = MomentTree()
        return self._checkpoints

    @property
    def has_snapshots(self) -> bool:
        """Whether there are any snapshots."""
        return self._snapshots is not None and len(self._snapshots) > 0

    @property
    def has_checkpoints(self) -> bool:
        """Whether there are any checkpoints."""
        return self._checkpoints is not None and len(self._checkpoints) > 0

    def sizes(self) -> tuple[int, int, int]:
        """Maximum memory and current memory in KiB, and vCPUs."""
        if self.facts is not None:
            return self.facts
        definition = self.definition
        return (
            int(definition.memory),
            int(definition.current_memory),
            int(definition.vcpu_current),
        )

    def assign(self, definition: Definition, *, live: bool) -> Definition | None:
        """Take a definition in the place of the present one, which is the answer.

        live  it is about to run; else it is the persistent one
        """
        old: Definition | None = self.definition
        if self.active:
            old, self.planned = self.planned, definition
            return old
        if live:
            if self.planned is None:
                self.planned = old
                old = None
            self.definition = definition
            return old
        self.definition = definition
        return old

    def impact(self, flags: int) -> int:
        """AFFECT_CURRENT resolved to live or config.  Raises OperationInvalid."""
        if not flags & (LIVE | CONFIG):
            flags |= LIVE if self.active else CONFIG
        if flags & LIVE and not self.active:
            raise OperationInvalid("domain is not running")
        if flags & CONFIG and not self.persistent:
            raise OperationInvalid("transient domains do not have any persistent config")
        return flags

    def both(self, flags: int) -> tuple[Definition | None, Definition | None]:
        """The live and the persistent definition, each None where the flags do not ask for it."""
        flags = self.impact(flags)
        definition = self.definition  # what is planned is known once this has been read
        if not self.active:
            return None, definition
        return (definition if flags & LIVE else None, self.planned if flags & CONFIG else None)

    def one(self, flags: int) -> Definition:
        """The definition that the flags ask for."""
        if flags & LIVE and flags & CONFIG:
            raise InvalidArgument.whole(
                "Flags 'VIR_DOMAIN_AFFECT_LIVE' and 'VIR_DOMAIN_AFFECT_CONFIG' "
                "are mutually exclusive"
            )
        flags = self.impact(flags)
        definition = self.definition  # what is planned is known once this has been read
        if self.active and flags & CONFIG and self.planned is not None:
            return self.planned
        return definition


class Guests(Store[Someone]):
    """All guests of a hypervisor."""

    __slots__ = ()

    def missing(self, target: Target) -> Error:
        text = f"no domain with matching uuid '{target.uuid}' ({target.name})"
        return NoDomain.whole(f"Domain not found: {text}")

    def resting(self, thing: Someone) -> Error:
        return OperationInvalid("domain is not running")

    def conflict(self, name: str, uuid: str, other: Someone) -> Error:
        if other.uuid == uuid:
            return OperationFailed(f"domain '{other.name}' is already defined with uuid {uuid}")
        return OperationFailed(f"domain '{name}' already exists with uuid {other.uuid}")

    def shown(self, flags: int, among: list[Someone] | None = None) -> list[Someone]:
        """The guests that a listing with these flags (virConnectListAllDomainsFlags) shows.

        among  of these; None: of all
        """
        shown = self.all() if among is None else among
        for group in FILTERS if flags else ():
            wanted = [test for bit, test in group if flags & bit]
            if wanted:
                shown = [guest for guest in shown if any(test(guest) for test in wanted)]
        return shown


def handle(connection: Connection, guest: Guest) -> Domain:
    """The object of the API that stands for a guest."""
    return Domain(connection, guest.name, guest.uuid, guest.id)


def check_may_start(guest: Guest) -> None:
    """Refuse to start from a new definition what runs or is about to.  Raises OperationInvalid."""
    if guest.active:
        raise OperationInvalid(f"domain '{guest.name}' is already active")
    if not guest.persistent:
        raise OperationInvalid(f"domain '{guest.name}' is already being started")


# within a group any of the given flags lets a guest pass
FILTERS: tuple[tuple[tuple[int, Callable[[Guest], bool]], ...], ...] = (
    ((1 << 0, lambda guest: guest.id != -1), (1 << 1, lambda guest: guest.id == -1)),
    ((1 << 2, lambda guest: guest.persistent), (1 << 3, lambda guest: not guest.persistent)),
    (
        (1 << 4, lambda guest: guest.state == DomainState.RUNNING),
        (1 << 5, lambda guest: guest.state == DomainState.PAUSED),
        (1 << 6, lambda guest: guest.state == DomainState.SHUTOFF),
        (1 << 7, lambda guest: guest.state not in _NAMED_STATES),
    ),
    ((1 << 8, lambda guest: guest.managed_save), (1 << 9, lambda guest: not guest.managed_save)),
    ((1 << 10, lambda guest: guest.autostart), (1 << 11, lambda guest: not guest.autostart)),
    (
        (1 << 12, lambda guest: guest.has_snapshots),
        (1 << 13, lambda guest: not guest.has_snapshots),
    ),
    (
        (1 << 14, lambda guest: guest.has_checkpoints),
        (1 << 15, lambda guest: not guest.has_checkpoints),
    ),
    (
        (1 << 16, lambda guest: guest.autostart_once),
        (1 << 17, lambda guest: not guest.autostart_once),
    ),
)
ALL_FILTERS = 0x3FFFF
