"""Jobs of a domain."""

from vsh.words import Enumeration, Flags


class DomainJobType(Enumeration, prefix="VIR_DOMAIN_JOB_"):
    """Whether a job runs, and whether its length is known."""

    NONE = 0, "None"
    BOUNDED = 1, "Bounded"
    UNBOUNDED = 2, "Unbounded"
    COMPLETED = 3, "Completed"
    FAILED = 4, "Failed"
    CANCELLED = 5, "Cancelled"


class DomainJobOperation(Enumeration, prefix="VIR_DOMAIN_JOB_OPERATION_"):
    """What a job is for."""

    UNKNOWN = 0, "Unknown"
    START = 1, "Start"
    SAVE = 2, "Save"
    RESTORE = 3, "Restore"
    MIGRATION_IN = 4, "Incoming migration"
    MIGRATION_OUT = 5, "Outgoing migration"
    SNAPSHOT = 6, "Snapshot"
    SNAPSHOT_REVERT = 7, "Snapshot revert"
    DUMP = 8, "Dump"
    BACKUP = 9, "Backup"
    SNAPSHOT_DELETE = 10, "Snapshot delete"


class DomainGetJobStats(Flags, prefix="VIR_DOMAIN_JOB_STATS_"):
    """Which job to tell about."""

    COMPLETED = 1
    KEEP_COMPLETED = 2


class DomainAbortJob(Flags, prefix="VIR_DOMAIN_ABORT_JOB_"):
    """Which job to end."""

    POSTCOPY = 1
