"""What a domain is doing, and why."""


class DomainState:
    """What a domain is doing."""

    prefix = "VIR_DOMAIN_"
    NOSTATE = 0
    RUNNING = 1
    BLOCKED = 2
    PAUSED = 3
    SHUTDOWN = 4
    SHUTOFF = 5
    CRASHED = 6
    PMSUSPENDED = 7


class DomainNostateReason:
    """Why the state is NOSTATE."""

    prefix = "VIR_DOMAIN_NOSTATE_"
    UNKNOWN = 0


class DomainRunningReason:
    """Why the state is RUNNING."""

    prefix = "VIR_DOMAIN_RUNNING_"
    UNKNOWN = 0
    BOOTED = 1
    MIGRATED = 2
    RESTORED = 3
    FROM_SNAPSHOT = 4
    UNPAUSED = 5
    MIGRATION_CANCELED = 6
    SAVE_CANCELED = 7
    WAKEUP = 8
    CRASHED = 9
    POSTCOPY = 10
    POSTCOPY_FAILED = 11


class DomainBlockedReason:
    """Why the state is BLOCKED."""

    prefix = "VIR_DOMAIN_BLOCKED_"
    UNKNOWN = 0


class DomainPausedReason:
    """Why the state is PAUSED."""

    prefix = "VIR_DOMAIN_PAUSED_"
    UNKNOWN = 0
    USER = 1
    MIGRATION = 2
    SAVE = 3
    DUMP = 4
    IOERROR = 5
    WATCHDOG = 6
    FROM_SNAPSHOT = 7
    SHUTTING_DOWN = 8
    SNAPSHOT = 9
    CRASHED = 10
    STARTING_UP = 11
    POSTCOPY = 12
    POSTCOPY_FAILED = 13
    API_ERROR = 14


class DomainShutdownReason:
    """Why the state is SHUTDOWN."""

    prefix = "VIR_DOMAIN_SHUTDOWN_"
    UNKNOWN = 0
    USER = 1


class DomainShutoffReason:
    """Why the state is SHUTOFF."""

    prefix = "VIR_DOMAIN_SHUTOFF_"
    UNKNOWN = 0
    SHUTDOWN = 1
    DESTROYED = 2
    CRASHED = 3
    MIGRATED = 4
    SAVED = 5
    FAILED = 6
    FROM_SNAPSHOT = 7
    DAEMON = 8


class DomainCrashedReason:
    """Why the state is CRASHED."""

    prefix = "VIR_DOMAIN_CRASHED_"
    UNKNOWN = 0
    PANICKED = 1


class DomainPMSuspendedReason:
    """Why the state is PMSUSPENDED."""

    prefix = "VIR_DOMAIN_PMSUSPENDED_"
    UNKNOWN = 0


class DomainControlState:
    """State of the channel to the hypervisor."""

    prefix = "VIR_DOMAIN_CONTROL_"
    OK = 0
    JOB = 1
    OCCUPIED = 2
    ERROR = 3


class DomainControlErrorReason:
    """What is wrong with the channel to the hypervisor."""

    prefix = "VIR_DOMAIN_CONTROL_ERROR_REASON_"
    NONE = 0
    UNKNOWN = 1
    MONITOR = 2
    INTERNAL = 3
