"""What a domain is doing, and why."""

from vsh.words import Enumeration


class DomainState(Enumeration, prefix="VIR_DOMAIN_"):
    """What a domain is doing."""

    NOSTATE = 0, "no state"
    RUNNING = 1
    BLOCKED = 2, "idle"
    PAUSED = 3
    SHUTDOWN = 4, "in shutdown"
    SHUTOFF = 5, "shut off"
    CRASHED = 6
    PMSUSPENDED = 7


class DomainNostateReason(Enumeration, prefix="VIR_DOMAIN_NOSTATE_"):
    """Why the state is NOSTATE."""

    UNKNOWN = 0


class DomainRunningReason(Enumeration, prefix="VIR_DOMAIN_RUNNING_"):
    """Why the state is RUNNING."""

    UNKNOWN = 0
    BOOTED = 1
    MIGRATED = 2
    RESTORED = 3
    FROM_SNAPSHOT = 4, "from snapshot"
    UNPAUSED = 5
    MIGRATION_CANCELED = 6, "migration canceled"
    SAVE_CANCELED = 7, "save canceled"
    WAKEUP = 8, "event wakeup"
    CRASHED = 9
    POSTCOPY = 10, "post-copy"
    POSTCOPY_FAILED = 11, "post-copy failed"


class DomainBlockedReason(Enumeration, prefix="VIR_DOMAIN_BLOCKED_"):
    """Why the state is BLOCKED."""

    UNKNOWN = 0


class DomainPausedReason(Enumeration, prefix="VIR_DOMAIN_PAUSED_"):
    """Why the state is PAUSED."""

    UNKNOWN = 0
    USER = 1
    MIGRATION = 2, "migrating"
    SAVE = 3, "saving"
    DUMP = 4, "dumping"
    IOERROR = 5, "I/O error"
    WATCHDOG = 6
    FROM_SNAPSHOT = 7, "from snapshot"
    SHUTTING_DOWN = 8, "shutting down"
    SNAPSHOT = 9, "creating snapshot"
    CRASHED = 10
    STARTING_UP = 11, "starting up"
    POSTCOPY = 12, "post-copy"
    POSTCOPY_FAILED = 13, "post-copy failed"
    API_ERROR = 14, "api error"


class DomainShutdownReason(Enumeration, prefix="VIR_DOMAIN_SHUTDOWN_"):
    """Why the state is SHUTDOWN."""

    UNKNOWN = 0
    USER = 1


class DomainShutoffReason(Enumeration, prefix="VIR_DOMAIN_SHUTOFF_"):
    """Why the state is SHUTOFF."""

    UNKNOWN = 0
    SHUTDOWN = 1
    DESTROYED = 2
    CRASHED = 3
    MIGRATED = 4
    SAVED = 5
    FAILED = 6
    FROM_SNAPSHOT = 7, "from snapshot"
    DAEMON = 8


class DomainCrashedReason(Enumeration, prefix="VIR_DOMAIN_CRASHED_"):
    """Why the state is CRASHED."""

    UNKNOWN = 0
    PANICKED = 1


class DomainPMSuspendedReason(Enumeration, prefix="VIR_DOMAIN_PMSUSPENDED_"):
    """Why the state is PMSUSPENDED."""

    UNKNOWN = 0


REASONS = (
    DomainNostateReason,
    DomainRunningReason,
    DomainBlockedReason,
    DomainPausedReason,
    DomainShutdownReason,
    DomainShutoffReason,
    DomainCrashedReason,
    DomainPMSuspendedReason,
)
"""By the number of the state."""


def state_word(state: int) -> str:
    """The word for a state; a number that is newer than this program is "no state"."""
    return DomainState.word_of(state, DomainState.NOSTATE.word)


def state_of(text: str) -> DomainState:
    """The state that a word means: "shut off", or "shutoff".  Raises ValueError."""
    for state in DomainState:
        if text in (state.word, state.key):
            return state
    words = ", ".join(repr(state.word) for state in DomainState)
    raise ValueError(f"{text!r} is no state of a domain: one of {words}")


def reason_word(state: int, reason: int) -> str:
    """The word for why a domain is in a state; "unknown" for a number that is newer."""
    return REASONS[state].word_of(reason) if 0 <= state < len(REASONS) else "unknown"


class DomainControlState(Enumeration, prefix="VIR_DOMAIN_CONTROL_"):
    """State of the channel to the hypervisor."""

    OK = 0
    JOB = 1, "background job"
    OCCUPIED = 2
    ERROR = 3


class DomainControlErrorReason(Enumeration, prefix="VIR_DOMAIN_CONTROL_ERROR_REASON_"):
    """What is wrong with the channel to the hypervisor."""

    NONE = 0, ""
    UNKNOWN = 1
    MONITOR = 2, "monitor failure"
    INTERNAL = 3, "internal (locking) error"
