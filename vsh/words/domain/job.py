"""Jobs of a domain."""

from vsh.words import Enumeration, Flags


class DomainJobType(Enumeration, prefix="VIR_DOMAIN_JOB_"):
    """Whether a job runs, and whether its length is known."""

    NONE = 0
    BOUNDED = 1
    UNBOUNDED = 2
    COMPLETED = 3
    FAILED = 4
    CANCELLED = 5


class DomainJobOperation(Enumeration, prefix="VIR_DOMAIN_JOB_OPERATION_"):
    """What a job is for."""

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


class DomainGetJobStats(Flags, prefix="VIR_DOMAIN_JOB_STATS_"):
    """Which job to tell about."""

    COMPLETED = 1
    KEEP_COMPLETED = 2


class DomainAbortJob(Flags, prefix="VIR_DOMAIN_ABORT_JOB_"):
    """Which job to end."""

    POSTCOPY = 1
