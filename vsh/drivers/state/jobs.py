"""What is being done to one object, so that two acts do not mix: libvirt's rules.

One job at a time.  An act that changes something is a ``MODIFY`` job, one that asks the guest is
a ``QUERY``; what only looks at memory needs the object's lock and no job.  A long act is an async
job: others are let in beside it as far as it allows them, it reports its progress, and it is told
when it is to stop.

A job is held while the object's lock is not, for instance while a monitor answers.
"""

from __future__ import annotations

from _thread import _local
from time import monotonic

from vsh.drivers.state.locks import Change
from vsh.errors import OperationAborted, OperationFailed, OperationInvalid, OperationTimeout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _thread import RLock
    from collections.abc import Callable

QUERY, DESTROY, SUSPEND, MODIFY, ABORT, MIGRATION, DEFINE = range(1, 8)
"""Kinds of jobs, libvirt's virDomainJob; ``DEFINE`` is its MODIFY_MIGRATION_SAFE."""

ALLOWED = frozenset((QUERY, DESTROY, ABORT))
"""What may be done beside an async job that does not say more."""

WAIT = 30.0
"""Seconds that a job waits for the one before it."""


class _Doing(_local):
    """What a thread does: the call that a daemon has it answer, by libvirt's name, or ""."""

    call = ""


DOING = _Doing()


def doer() -> str:
    """Who does what this thread does, as libvirt's daemon calls it; "" without a daemon."""
    if not DOING.call:
        return ""
    name = DOING.call.removeprefix("vir")
    if name.startswith("DomainQemu"):
        return name.replace("DomainQemu", "qemuDispatchDomain", 1)
    return f"remoteDispatch{name}"


class AsyncJob:
    """A long act that others are let in beside.

    operation  libvirt's virDomainJobOperation
    name       what it is called in errors: "migration out job"
    owner      who does it, in libvirt's words ("remoteDispatchDomainMigratePerform3Params")
    allowed    the kinds of jobs that may run beside it
    progress   its numbers so far, by libvirt's names ("memory_total" ...); replaced, never changed
    stopping   it has been told to stop
    refusal    why it cannot be stopped, if it cannot
    held       nobody works at it: it ends with what the object does, see ``Jobs.let_go``
    told       takes what the hypervisor says of its status, where nobody waits for it
    """

    __slots__ = (
        "operation",
        "name",
        "owner",
        "allowed",
        "started",
        "progress",
        "stopping",
        "refusal",
        "held",
        "told",
    )

    def __init__(
        self, operation: int, name: str, owner: str, allowed: frozenset[int] = ALLOWED
    ) -> None:
        self.operation = operation
        self.name = name
        self.owner = owner
        self.allowed = allowed
        self.started = monotonic()
        self.progress: dict[str, int | str] = {}
        self.stopping = False
        self.refusal = ""
        self.held = False
        self.told: Callable[[str], None] | None = None

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return monotonic() - self.started

    def go_on(self) -> None:
        """To be asked at every step.  Raises OperationAborted where it has to stop."""
        if self.stopping:
            raise OperationAborted(f"{self.name}: canceled by client")

    def canceled(self) -> OperationAborted:
        """What to raise where it was told to stop, and has."""
        return OperationAborted(f"job '{self.name}' canceled by client")


class Jobs:
    """The jobs of one object.  All methods are for who holds the object's lock.

    long  the async job, or None
    most  gives how many jobs there may be at a time, those that wait among them; 0: any number
    """

    __slots__ = ("lock", "long", "most", "_active", "_owner", "_changed", "_short", "_there")

    def __init__(self, lock: RLock, most: Callable[[], int] | None = None) -> None:
        self.lock = lock
        self.most = most
        self._there = 0
        self.long: AsyncJob | None = None
        self._active = 0
        self._owner = ""
        self._short = 0, ""
        self._changed = Change()

    def begin(self, kind: int, owner: str = "", wait: float = WAIT) -> None:
        """Begin a job as soon as there is room for it; the lock is let go of meanwhile.

        Raises OperationTimeout, which says who is in the way, OperationFailed where too many wait.
        """
        end = monotonic() + wait
        self._there += 1
        try:
            self._check_room(kind)
            while self._active or not self._allows(kind):
                left = end - monotonic()
                if left <= 0:
                    raise OperationTimeout(self._held_by(kind))
                self._changed.wait(self.lock, left)
        except BaseException:
            self._there -= 1
            raise
        self._active = kind
        self._owner = owner or doer()

    def settled(self, wait: float) -> bool:
        """Whether nobody has a job; so many seconds it is waited for, with the lock let go of."""
        end = monotonic() + wait
        while self._active and (left := end - monotonic()) > 0:
            self._changed.wait(self.lock, left)
        return not self._active

    @property
    def busy(self) -> bool:
        """Whether something is being done to the object."""
        return bool(self._active) or self.long is not None

    def end(self) -> None:
        """The job is over."""
        self._there -= 1
        self._active = 0
        self._owner = ""
        self._changed.tell()

    def begin_long(self, job: AsyncJob, wait: float = WAIT) -> None:
        """Begin an async job, of which there is one at a time.  Raises OperationTimeout."""
        end = monotonic() + wait
        self._there += 1
        try:
            while self.long is not None or self._active:
                left = end - monotonic()
                if left <= 0:
                    raise OperationTimeout(self._held_by(0))
                self._changed.wait(self.lock, left)
        except BaseException:
            self._there -= 1
            raise
        self.long = job

    def end_long(self) -> None:
        """The async job is over."""
        self._there -= 1
        self.long = None
        self._changed.tell()

    def hold(self, job: AsyncJob) -> None:
        """Begin an async job, by who has a job now: it is there when that one is over."""
        self._there += 1
        job.held = True
        self.long = job

    def let_go(self) -> None:
        """End an async job that is held between two acts; another one goes on."""
        if self.long is not None and self.long.held:
            self.end_long()

    def lengthen(self, job: AsyncJob) -> None:
        """The job that goes on becomes an async one, until ``shorten``."""
        self._short = self._active, self._owner
        self._active, self._owner, self.long = 0, "", job

    def shorten(self) -> None:
        """It goes on as it began, when what was let in beside it is over."""
        while self._active:
            self._changed.wait(self.lock, None)
        self._active, self._owner = self._short
        self.long = None

    def abort(self) -> None:
        """Tell the async job to stop; it does so at its next step.  Raises OperationInvalid."""
        if self.long is None:
            raise OperationInvalid("no job is active on the domain")
        if self.long.refusal:
            raise OperationInvalid(self.long.refusal)
        self.long.stopping = True

    def _allows(self, kind: int) -> bool:
        return self.long is None or kind in self.long.allowed

    def _check_room(self, kind: int) -> None:
        """libvirt's ``max_queued``: an end is always let in, and so is a definition."""
        if self._there > 1 and kind not in (DESTROY, DEFINE) and self.most is not None:
            most = self.most()
            if most and self._there > most:
                raise OperationFailed(f"{self._held_by(kind)} due to max_queued limit")

    def _held_by(self, kind: int) -> str:
        long = self.long
        owner = long.owner if long is not None and not self._allows(kind) else self._owner
        holder = f" (held by monitor={owner})" if owner else ""
        return f"cannot acquire state change lock{holder}"
