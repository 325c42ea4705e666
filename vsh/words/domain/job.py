"""Jobs of a domain."""


class DomainJobType:
    """Whether a job runs, and whether its length is known."""

    prefix = "VIR_DOMAIN_JOB_"
    NONE = 0
    BOUNDED = 1
    UNBOUNDED = 2
    COMPLETED = 3
    FAILED = 4
    CANCELLED = 5


class DomainJobOperation:
    """What a job is for."""

    prefix = "VIR_DOMAIN_JOB_OPERATION_"
    UNKNOWN = 0
    START = 1
    SAVE = 2
    RESTORE = 3
    MIGRATION_IN = 4
    MIGRATION_OUT = 5
    SNAPSHOT = 6
    SNAPSHOT_REVERT = 7
    DUMP = 8
    BACKUP = 9
    SNAPSHOT_DELETE = 10


class DomainGetJobStats:
    """Which job to tell about."""

    prefix = "VIR_DOMAIN_JOB_STATS_"
    COMPLETED = 1
    KEEP_COMPLETED = 2


class DomainAbortJob:
    """Which job to end."""

    prefix = "VIR_DOMAIN_ABORT_JOB_"
    POSTCOPY = 1
