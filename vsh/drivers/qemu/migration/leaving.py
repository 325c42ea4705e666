"""The job of a guest that moves out: from its begin, or from its sending, until it is confirmed.

Between these steps nobody works at it.  It is held for the connection that asked for the last one,
so that nobody changes the guest meanwhile; what becomes of it when that closes: ``confirming``.
"""

from __future__ import annotations

from vsh.drivers.qemu import long_job
from vsh.drivers.qemu.migration import recovery
from vsh.drivers.state.jobs import ALLOWED, DEFINE, DOING, MIGRATION, SUSPEND, AsyncJob, doer
from vsh.errors import InternalError, OperationInvalid
from vsh.words.domain.job import DomainJobOperation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest

JOB = "migration out"
OPERATION = int(DomainJobOperation.MIGRATION_OUT)
MOVES = (OPERATION, int(DomainJobOperation.MIGRATION_IN))
BEGIN, PERFORM = "Begin", "Perform"
_OWNER = "remoteDispatchDomainMigrate{}3Params"


class Leaving(AsyncJob):
    """One move.

    flags   those that it was begun with
    sent    the guest is at the destination, as far as the source knows
    keeper  the connection that it is held for, or None
    """

    __slots__ = ("flags", "sent", "keeper")

    def __init__(self, flags: int, step: str) -> None:
        allowed = ALLOWED | {SUSPEND, MIGRATION, DEFINE}
        super().__init__(OPERATION, JOB, _owner(step), allowed)
        self.progress = long_job.migration({}, (0, 0))
        self.flags = flags
        self.sent = False
        self.keeper: object = None


def _owner(step: str) -> str:
    """Who does that step, by libvirt's name: a daemon's call may do them all."""
    return doer() if DOING.call else _OWNER.format(step)


def check_none(guest: Guest) -> None:
    """A guest moves once at a time.  Raises OperationInvalid."""
    long = guest.jobs.long
    if long is not None and long.operation in MOVES:
        raise OperationInvalid(
            f"another migration job is already running for domain '{guest.name}'"
        )


def begin(guest: Guest, flags: int, step: str) -> Leaving:
    """Begin to move a guest.  Raises OperationInvalid, OperationTimeout."""
    check_none(guest)
    job = Leaving(flags, step)
    guest.jobs.begin_long(job)
    return job


def of(guest: Guest) -> Leaving:
    """The job of a guest that moves out.  Raises OperationInvalid."""
    long = guest.jobs.long
    if not isinstance(long, Leaving):
        raise OperationInvalid(f"domain '{guest.name}' is not being migrated")
    return long


def perform(guest: Guest, flags: int, *, begun: bool) -> Leaving:
    """The job to send a guest with, which was begun before or is begun now.

    Raises OperationInvalid, OperationTimeout, InternalError.
    """
    if not begun:
        return begin(guest, flags, PERFORM)
    job = of(guest)
    if not job.held or job.sent:
        now = "perform3_done" if job.sent else "perform3"
        raise InternalError(f"migration protocol going backwards {now} => perform3")
    job.held = False
    job.owner = _owner(PERFORM)
    return job


def sent(guest: Guest, job: Leaving) -> None:
    """All of it has been sent, or its CPUs run there: the job is held until it is confirmed."""
    if guest.run is None:
        guest.jobs.end_long()
    else:
        job.held = job.sent = True


def end(guest: Guest, job: Leaving) -> None:
    """It is over; but not of a guest in post-copy, which is whole on neither side."""
    if guest.run is not None and guest.run.moving == recovery.OUT:
        broken(guest, job.flags)
    else:
        guest.jobs.end_long()


def broken(guest: Guest, flags: int) -> None:
    """The job of a guest in post-copy whose link broke: it is there until the rest is sent."""
    if not isinstance(guest.jobs.long, Leaving):
        guest.jobs.hold(Leaving(flags, PERFORM))
    job = of(guest)
    job.held = job.sent = True
    job.refusal = "cannot abort migration in post-copy mode"
