"""What a QEMU's status says of its guest's state."""

from __future__ import annotations

from vsh.words.domain.state import (
    DomainCrashedReason,
    DomainPausedReason,
    DomainRunningReason,
    DomainShutdownReason,
    DomainState,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest

_STATES = {
    "running": (DomainState.RUNNING, DomainRunningReason.UNKNOWN),
    "paused": (DomainState.PAUSED, DomainPausedReason.UNKNOWN),
    "inmigrate": (DomainState.PAUSED, DomainPausedReason.MIGRATION),
    "finish-migrate": (DomainState.PAUSED, DomainPausedReason.MIGRATION),
    "postmigrate": (DomainState.PAUSED, DomainPausedReason.MIGRATION),
    "io-error": (DomainState.PAUSED, DomainPausedReason.IOERROR),
    "watchdog": (DomainState.PAUSED, DomainPausedReason.WATCHDOG),
    "suspended": (DomainState.PMSUSPENDED, 0),
    "guest-panicked": (DomainState.CRASHED, DomainCrashedReason.PANICKED),
    "internal-error": (DomainState.PAUSED, DomainPausedReason.UNKNOWN),
    "shutdown": (DomainState.SHUTDOWN, DomainShutdownReason.UNKNOWN),
}


def catch_up(guest: Guest, status: str) -> bool:
    """Bring a guest's state up to what its QEMU says (RunState); whether it was another."""
    found = _STATES.get(status)
    if found is None or int(found[0]) == guest.state:
        return False
    guest.state, guest.reason = found
    return True
