"""The guests of a test hypervisor: what libvirt's domain objects hold."""

from __future__ import annotations

from vsh.drivers.state.store import Kept, Store
from vsh.errors import InvalidArgument, NoDomain, OperationFailed, OperationInvalid
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from vsh.drivers.state.moments import MomentTree
    from vsh.drivers.state.store import Taking
    from vsh.errors import Error
    from vsh.xml.domain import Domain as Definition

# virDomainModificationImpact
LIVE, CONFIG = 1, 2

FIRST_GUEST_TIME = 627319920


class Guest(Kept):
    """One guest.

    definition  what runs, or what will run if nothing does
    planned     the persistent definition while the guest runs, else None
    reason      why the guest is in its state, in that state's own numbers

    Where the guest came as a document its definition is read on first use; ``facts`` answers
    before that: (maximum memory, current memory, vCPUs).  All is for who holds the guest.
    """

    __slots__ = (
        "id",
        "state",
        "reason",
        "autostart_once",
        "managed_save",
        "_snapshots",
        "_checkpoints",
        "seconds",
        "nanoseconds",
        "frozen",
        "io_threads",
        "taints",
        "deprecations",
        "facts",
        "planned",
        "_definition",
        "_load",
    )

    def __init__(
        self,
        name: str,
        uuid: str,
        *,
        definition: Definition | None = None,
        load: Callable[[Guest], None] | None = None,
    ) -> None:
        super().__init__(name, uuid)
        self.id = -1
        self.state: int = DomainState.SHUTOFF
        self.reason = 0
        self.autostart_once = False
        self.managed_save = False
        self._snapshots: MomentTree | None = None
        self._checkpoints: MomentTree | None = None
        self.seconds = FIRST_GUEST_TIME
        self.nanoseconds = 0
        self.frozen = [False, False]
        self.io_threads: dict[int, list[int]] = {}  # id: poll-max-ns, -grow, -shrink, -weight
        self.taints: set[int] = set()
        self.deprecations: list[str] = []
        self.facts: tuple[int, int, int] | None = None
        self.planned: Any = None
        self._definition: Any = definition
        self._load = load

    @property
    def definition(self) -> Any:
        """What runs, or will run; read now if it was not needed before."""
        if self._load is not None:
            load, self._load = self._load, None
            load(self)
            self.facts = None
        return self._definition

    @definition.setter
    def definition(self, definition: Any) -> None:
        self._load = None
        self.facts = None
        self._definition = definition

    @property
    def snapshots(self) -> MomentTree:
        """The guest's snapshots."""
        if self._snapshots is None:
            from vsh.drivers.state.moments import MomentTree

            self._snapshots = MomentTree()
        return self._snapshots

    @property
    def checkpoints(self) -> MomentTree:
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
        from vsh.drivers.test import definitions

        return definitions.sizes(self.definition)

    def assign(self, definition: Any, *, live: bool) -> Any:
        """Take a definition in the place of the present one, which is the answer.

        live  it is about to run; else it is the persistent one
        """
        old = self.definition
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
        if not flags & 3:
            flags |= LIVE if self.active else CONFIG
        if flags & LIVE and not self.active:
            raise OperationInvalid("domain is not running")
        if flags & CONFIG and not self.persistent:
            raise OperationInvalid("transient domains do not have any persistent config")
        return flags

    def both(self, flags: int) -> tuple[Any, Any]:
        """The live and the persistent definition, each None where the flags do not ask for it."""
        flags = self.impact(flags)
        definition = self.definition  # what is planned is known once this has been read
        if not self.active:
            return None, definition
        return (definition if flags & LIVE else None, self.planned if flags & CONFIG else None)

    def one(self, flags: int) -> Any:
        """The definition that the flags ask for."""
        if flags & 3 == 3:
            raise InvalidArgument.whole(
                "Flags 'VIR_DOMAIN_AFFECT_LIVE' and 'VIR_DOMAIN_AFFECT_CONFIG' "
                "are mutually exclusive"
            )
        flags = self.impact(flags)
        definition = self.definition  # what is planned is known once this has been read
        return self.planned if self.active and flags & CONFIG else definition


class Guests(Store[Guest]):
    """All guests of a hypervisor."""

    __slots__ = ()

    def missing(self, target: Any) -> Error:
        text = f"no domain with matching uuid '{target.uuid}' ({target.name})"
        return NoDomain.whole(f"Domain not found: {text}")

    def resting(self, thing: Guest) -> Error:
        return OperationInvalid("domain is not running")

    def conflict(self, name: str, uuid: str, other: Guest) -> Error:
        if other.uuid == uuid:
            return OperationFailed(f"domain '{other.name}' is already defined with uuid {uuid}")
        return OperationFailed(f"domain '{name}' already exists with uuid {other.uuid}")

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


def check_may_start(guest: Guest) -> None:
    """Refuse to start from a new definition what runs or is about to.  Raises OperationInvalid."""
    if guest.active:
        raise OperationInvalid(f"domain '{guest.name}' is already active")
    if not guest.persistent:
        raise OperationInvalid(f"domain '{guest.name}' is already being started")
