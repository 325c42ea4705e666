"""The source's last step of a migration, and what is done where nobody takes it."""

from __future__ import annotations

from vsh.drivers.qemu import happenings, long_job
from vsh.drivers.qemu.migration import cookie, leaving, numbers, outgoing, recovery, tuned
from vsh.qmp.value import struct
from vsh.words.domain.migration import DomainMigrate
from vsh.words.domain.state import DomainShutoffReason
from vsh.words.event import DomainEventStoppedDetailType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor


def confirm(
    hypervisor: Hypervisor, guest: Guest, data: bytes, flags: int, *, cancelled: bool
) -> None:
    """The end: the guest has gone to the destination, or goes on here.  Raises Error.

    data  the destination's cookie
    """
    job = leaving.of(guest)
    run = guest.run
    job.held, job.told = False, None
    try:
        if run is None or flags & DomainMigrate.OFFLINE:  # only the definition went
            _moved_off(hypervisor, guest, flags, cancelled=cancelled)
        elif run.moving == recovery.OUT:
            _confirm_postcopy(hypervisor, guest, data, flags, cancelled=cancelled)
        elif cancelled:
            run.moving = ""
            guest.ended_job = None
            outgoing.go_on(hypervisor, guest)
            tuned.take_back(guest)
            hypervisor.guests.keep(guest)
        else:
            gone(hypervisor, guest, cookie.read(data), flags)
    finally:
        leaving.end(guest, job)


def _confirm_postcopy(
    hypervisor: Hypervisor, guest: Guest, data: bytes, flags: int, *, cancelled: bool
) -> None:
    job = leaving.of(guest)
    job.progress = long_job.migration(struct(guest.ask("query-migrate")), (0, 0))
    long_job.keep(guest, job)
    if cancelled and not recovery.is_complete(guest):
        recovery.broken_at_source(hypervisor, guest)
        return
    gone(hypervisor, guest, cookie.read(data), flags)


def gone(
    hypervisor: Hypervisor, guest: Guest, heard: cookie.Cookie | None = None, flags: int = 0
) -> None:
    """The guest runs at the destination, and is nothing but a definition here, if that."""
    if heard is not None:
        numbers.over(guest, heard.statistics)
    guest.running.moving = ""
    if flags & DomainMigrate.UNDEFINE_SOURCE:  # nobody is told of that, as by libvirt
        guest.persistent = False
    happenings.end(
        hypervisor, guest, DomainShutoffReason.MIGRATED, DomainEventStoppedDetailType.MIGRATED
    )
    if guest.ended_job is not None:
        long_job.tell_ended(hypervisor, guest)


def _moved_off(hypervisor: Hypervisor, guest: Guest, flags: int, *, cancelled: bool) -> None:
    """Only a definition went; a guest that runs runs on."""
    if cancelled or guest.run is not None or not flags & DomainMigrate.UNDEFINE_SOURCE:
        return
    guest.persistent = False
    hypervisor.guests.remove(guest, ended=True)


def orphaned(hypervisor: Hypervisor, guest: Guest, job: leaving.Leaving, keeper: object) -> None:
    """The connection that a move was held for has closed.

    Nothing was sent yet: it is forgotten.  All was: whether the guest runs at the destination is
    not known, so that it stays as it is.  In post-copy the rest can be sent by another connection.
    """
    if guest.jobs.long is not job or not job.held or job.keeper is not keeper:
        return
    run = guest.run
    if run is not None and run.moving == recovery.OUT:
        recovery.broken_at_source(hypervisor, guest)
        leaving.broken(guest, job.flags)
        leave_alone(hypervisor, guest, job)
        return
    guest.jobs.end_long()
    if run is not None and run.moving:
        run.moving = ""
        tuned.take_back(guest)
        hypervisor.guests.keep(guest)


def leave_alone(hypervisor: Hypervisor, guest: Guest, job: leaving.Leaving) -> None:
    """Nobody waits for a guest in post-copy any more: its QEMUs bring it to its end."""

    def told(status: str) -> None:
        if status == "completed":
            gone(hypervisor, guest)
        elif status == "postcopy-paused":
            job.told = None
            if not recovery.is_broken(guest):
                recovery.broken_at_source(hypervisor, guest)

    job.told = told
