"""A guest that was on its way out when its keeper was cut off, found by who opens the root next."""

from __future__ import annotations

from vsh.drivers.qemu import memory_stream, status
from vsh.drivers.qemu.migration import (
    confirming,
    credentials,
    leaving,
    mirrors,
    outgoing,
    recovery,
    tuned,
)
from vsh.drivers.qemu.monitor import CommandRefused
from vsh.drivers.state.attempts import Ignoring
from vsh.qmp.value import struct, text
from vsh.words.domain.migration import DomainMigrate
from vsh.words.domain.state import DomainPausedReason, DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor


_GOES_ON = ("postcopy-active", "postcopy-recover", "completed")
"""What QEMU says of post-copy that needs nobody."""


def source(hypervisor: Hypervisor, guest: Guest) -> None:
    """It goes on here where nobody was told that all of it is there: what is still sent is ended
    first.  Else it may run at the destination, and stays paused until somebody says what has
    become of it.

    Raises MonitorSilent where QEMU does not end it, and as ``Guest.ask`` does.
    """
    run = guest.running
    sent = memory_stream.stop(guest) if run.moving == "out" else recovery.status(guest)
    if run.moving == recovery.OUT or sent.startswith("postcopy-"):
        recovery.left(hypervisor, guest)
        leaving.broken(guest, int(DomainMigrate.POSTCOPY))
        if sent not in _GOES_ON:
            recovery.broken_at_source(hypervisor, guest)
        job = leaving.of(guest)
        confirming.leave_alone(hypervisor, guest, job)
        if job.told is not None:
            job.told(sent)
        return
    if run.moving == "out":
        mirrors.end_left(guest)
        with Ignoring(CommandRefused):  # it was not encrypted
            credentials.forget(guest.ask)
        tuned.take_back(guest)
        hypervisor.digest(guest)
        _say(guest)
        _let_go_on(hypervisor, guest)
    else:
        _say(guest)
    run.moving = ""
    hypervisor.guests.keep(guest)


def _say(guest: Guest) -> None:
    """Its state is what QEMU's status is now, when nothing is sent any more."""
    status.catch_up(guest, text(struct(guest.ask("query-status"))["status"]))


def _let_go_on(hypervisor: Hypervisor, guest: Guest) -> None:
    """One that QEMU has stopped itself, or that was stopped by nobody who is known."""
    if guest.state != DomainState.PAUSED:
        return
    if guest.reason == DomainPausedReason.UNKNOWN:
        guest.reason = int(DomainPausedReason.MIGRATION)
    outgoing.go_on(hypervisor, guest)
