"""A domain's disks: their jobs and errors."""

from vsh.words import Enumeration, Flags


class DomainBlockJobType(Enumeration, prefix="VIR_DOMAIN_BLOCK_JOB_TYPE_"):
    """What a block job does."""

    UNKNOWN = 0, "Unknown job"
    PULL = 1, "Block Pull"
    COPY = 2, "Block Copy"
    COMMIT = 3, "Block Commit"
    ACTIVE_COMMIT = 4, "Active Block Commit"
    BACKUP = 5, "Backup"


class DomainDiskErrorCode(Enumeration, prefix="VIR_DOMAIN_DISK_ERROR_"):
    """What is wrong with a disk."""

    NONE = 0, "no error"
    UNSPEC = 1, "unspecified error"
    NO_SPACE = 2, "no space"


class DomainBlockResize(Flags, prefix="VIR_DOMAIN_BLOCK_RESIZE_"):
    """How the size is meant."""

    BYTES = 1
    CAPACITY = 2
    EXTEND = 4


class DomainBlockJobAbort(Flags, prefix="VIR_DOMAIN_BLOCK_JOB_ABORT_"):
    """How to end a block job."""

    ASYNC = 1
    PIVOT = 2


class DomainBlockJobInfo(Flags, prefix="VIR_DOMAIN_BLOCK_JOB_INFO_"):
    """How the speed is meant."""

    BANDWIDTH_BYTES = 1


class DomainBlockJobSetSpeed(Flags, prefix="VIR_DOMAIN_BLOCK_JOB_SPEED_"):
    """How the speed is meant."""

    BANDWIDTH_BYTES = 1


class DomainBlockPull(Flags, prefix="VIR_DOMAIN_BLOCK_PULL_"):
    """How to pull."""

    BANDWIDTH_BYTES = 1 << 6


class DomainBlockRebase(Flags, prefix="VIR_DOMAIN_BLOCK_REBASE_"):
    """How to rebase or copy."""

    SHALLOW = 1
    REUSE_EXT = 2
    COPY_RAW = 4
    COPY = 8
    RELATIVE = 1 << 4
    COPY_DEV = 1 << 5
    BANDWIDTH_BYTES = 1 << 6


class DomainBlockCopy(Flags, prefix="VIR_DOMAIN_BLOCK_COPY_"):
    """How to copy."""

    SHALLOW = 1
    REUSE_EXT = 2
    TRANSIENT_JOB = 4
    SYNCHRONOUS_WRITES = 8
    TARGET_ZEROED = 1 << 4


class DomainBlockCommit(Flags, prefix="VIR_DOMAIN_BLOCK_COMMIT_"):
    """How to commit."""

    SHALLOW = 1
    DELETE = 2
    ACTIVE = 4
    RELATIVE = 8
    BANDWIDTH_BYTES = 1 << 4
