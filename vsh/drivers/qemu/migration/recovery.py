"""Post-copy: the guest's CPUs run at the destination while part of its memory is at the source.

From then on neither of the two alone has the guest.  Where the link between them breaks both stay
as they are, until a migration with ``--postcopy-resume`` sends the rest.
"""

from __future__ import annotations

import time

from vsh.drivers.qemu import happenings, telling
from vsh.drivers.qemu.migration import tuned
from vsh.drivers.state.locks import Aside
from vsh.errors import OperationFailed, OperationInvalid
from vsh.qmp.value import struct
from vsh.words.domain.state import DomainPausedReason, DomainRunningReason, DomainState
from vsh.words.event import (
    DomainEventResumedDetailType,
    DomainEventSuspendedDetailType,
    DomainEventType,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor

OUT = "out postcopy"
"""How a guest moves whose CPUs run elsewhere already (``Run.moving``)."""
SENT = "sent"
"""How one moves of which all has been sent: whether it runs there the source is yet to be told."""
IN = "in postcopy"
"""How one moves that runs here, with memory that is still elsewhere."""
_NOT_MOVING = {
    OUT: "domain '{}' is not being migrated",
    IN: "domain '{}' is not processing incoming migration",
}
PAUSE = 0.05
_NOTICING = 5.0
"""Seconds in which a QEMU sees that the link is broken, once the other one has."""
_PATIENCE = 60.0
"""Seconds that two QEMUs may take to find each other again."""


def status(guest: Guest) -> str:
    """How far QEMU says that it is."""
    return str(struct(guest.ask("query-migrate")).get("status", ""))


def is_complete(guest: Guest) -> bool:
    """Whether QEMU has sent all."""
    return status(guest) == "completed"


def left(hypervisor: Hypervisor, guest: Guest) -> None:
    """The guest's CPUs are the destination's from now on."""
    assert guest.run is not None
    guest.run.moving = OUT
    if guest.jobs.long is not None:
        guest.jobs.long.refusal = "cannot abort migration in post-copy mode"
    guest.state, guest.reason = DomainState.PAUSED, int(DomainPausedReason.POSTCOPY)
    telling.tell_life(
        hypervisor, guest, DomainEventType.SUSPENDED, DomainEventSuspendedDetailType.POSTCOPY
    )
    hypervisor.guests.keep(guest)


def broken_at_source(hypervisor: Hypervisor, guest: Guest) -> None:
    """The rest of it could not be sent: only together with the destination it is a guest."""
    guest.state, guest.reason = DomainState.PAUSED, int(DomainPausedReason.POSTCOPY_FAILED)
    telling.tell_life(
        hypervisor, guest, DomainEventType.SUSPENDED, DomainEventSuspendedDetailType.POSTCOPY_FAILED
    )
    hypervisor.guests.keep(guest)


def is_broken(guest: Guest) -> bool:
    """Whether a guest that runs elsewhere is known to be whole nowhere."""
    return (guest.state, guest.reason) == (DomainState.PAUSED, DomainPausedReason.POSTCOPY_FAILED)


def interrupt(guest: Guest) -> None:
    """Break the link of a guest that runs elsewhere already.  Raises OperationInvalid."""
    if guest.run is None or guest.run.moving != OUT:
        raise OperationInvalid("current job is not outgoing migration in post-copy mode")
    if status(guest) == "postcopy-paused":
        raise OperationInvalid("post-copy migration already stopped")
    guest.ask("migrate-pause")


def arrived(hypervisor: Hypervisor, guest: Guest) -> None:
    """Its CPUs run here; what they need comes when they ask for it."""
    assert guest.run is not None
    guest.run.moving = IN
    happenings.resume(
        hypervisor, guest, DomainRunningReason.POSTCOPY, DomainEventResumedDetailType.POSTCOPY
    )


def broken_at_destination(hypervisor: Hypervisor, guest: Guest) -> None:
    """It runs on with the memory that it has, and stands where it needs more."""
    guest.state, guest.reason = DomainState.RUNNING, int(DomainRunningReason.POSTCOPY_FAILED)
    telling.tell_life(
        hypervisor, guest, DomainEventType.RESUMED, DomainEventResumedDetailType.POSTCOPY_FAILED
    )
    hypervisor.guests.keep(guest)


def until_whole(hypervisor: Hypervisor, guest: Guest) -> None:
    """Until all of its memory is here.  Raises OperationFailed where the link broke."""
    while True:
        found = status(guest)
        if found == "completed":
            break
        if found in ("postcopy-paused", "failed"):
            broken_at_destination(hypervisor, guest)
            raise OperationFailed("job 'migration in' failed in post-copy phase")
        with Aside(guest.lock):
            time.sleep(PAUSE)
        if guest.run is None:
            raise OperationFailed("guest unexpectedly quit")
    assert guest.run is not None
    guest.run.moving = ""
    tuned.take_back(guest)
    guest.state, guest.reason = DomainState.RUNNING, int(DomainRunningReason.MIGRATED)
    telling.tell_life(
        hypervisor, guest, DomainEventType.RESUMED, DomainEventResumedDetailType.MIGRATED
    )
    hypervisor.guests.keep(guest)


def check(guest: Guest, way: str) -> None:
    """Whether the rest of a guest can be sent.  Raises OperationInvalid."""
    if guest.run is None or not guest.run.moving:
        raise OperationInvalid(_NOT_MOVING[way].format(guest.name))
    if guest.run.moving != way:
        raise OperationInvalid(f"migration of domain {guest.name} is not in post-copy phase")
    broken = {
        OUT: (DomainState.PAUSED, DomainPausedReason.POSTCOPY_FAILED),
        IN: (DomainState.RUNNING, DomainRunningReason.POSTCOPY_FAILED),
    }[way] == (guest.state, guest.reason)
    until = time.monotonic() + (_NOTICING if broken else 0)
    while status(guest) != "postcopy-paused":
        if time.monotonic() > until:
            raise OperationInvalid("QEMU reports migration is still running")
        with Aside(guest.lock):
            time.sleep(PAUSE)


def send_the_rest(hypervisor: Hypervisor, guest: Guest, uri: str) -> None:
    """Connect to the destination again and go on.  Raises Error."""
    check(guest, OUT)
    guest.ask("migrate", {"uri": uri, "resume": True})
    until = time.monotonic() + _PATIENCE
    while (found := status(guest)) not in ("postcopy-active", "completed"):
        failed = struct(guest.ask("query-migrate")).get("error-desc")
        if (found == "postcopy-paused" and failed) or time.monotonic() > until:
            raise OperationFailed("job 'migration out' failed in post-copy phase")
        with Aside(guest.lock):
            time.sleep(PAUSE)
    guest.state, guest.reason = DomainState.PAUSED, int(DomainPausedReason.POSTCOPY)
    hypervisor.guests.keep(guest)
