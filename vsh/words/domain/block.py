"""A domain's disks: their jobs and errors."""


class DomainBlockJobType:
    """What a block job does."""

    prefix = "VIR_DOMAIN_BLOCK_JOB_TYPE_"
    UNKNOWN = 0
    PULL = 1
    COPY = 2
    COMMIT = 3
    ACTIVE_COMMIT = 4
    BACKUP = 5


class DomainDiskErrorCode:
    """What is wrong with a disk."""

    prefix = "VIR_DOMAIN_DISK_ERROR_"
    NONE = 0
    UNSPEC = 1
    NO_SPACE = 2


class DomainBlockResize:
    """How the size is meant."""

    prefix = "VIR_DOMAIN_BLOCK_RESIZE_"
    BYTES = 1
    CAPACITY = 2
    EXTEND = 4


class DomainBlockJobAbort:
    """How to end a block job."""

    prefix = "VIR_DOMAIN_BLOCK_JOB_ABORT_"
    ASYNC = 1
    PIVOT = 2


class DomainBlockJobInfo:
    """How the speed is meant."""

    prefix = "VIR_DOMAIN_BLOCK_JOB_INFO_"
    BANDWIDTH_BYTES = 1


class DomainBlockJobSetSpeed:
    """How the speed is meant."""

    prefix = "VIR_DOMAIN_BLOCK_JOB_SPEED_"
    BANDWIDTH_BYTES = 1


class DomainBlockPull:
    """How to pull."""

    prefix = "VIR_DOMAIN_BLOCK_PULL_"
    BANDWIDTH_BYTES = 1 << 6


class DomainBlockRebase:
    """How to rebase or copy."""

    prefix = "VIR_DOMAIN_BLOCK_REBASE_"
    SHALLOW = 1
    REUSE_EXT = 2
    COPY_RAW = 4
    COPY = 8
    RELATIVE = 1 << 4
    COPY_DEV = 1 << 5
    BANDWIDTH_BYTES = 1 << 6


class DomainBlockCopy:
    """How to copy."""

    prefix = "VIR_DOMAIN_BLOCK_COPY_"
    SHALLOW = 1
    REUSE_EXT = 2
    TRANSIENT_JOB = 4
    SYNCHRONOUS_WRITES = 8
    TARGET_ZEROED = 1 << 4


class DomainBlockCommit:
    """How to commit."""

    prefix = "VIR_DOMAIN_BLOCK_COMMIT_"
    SHALLOW = 1
    DELETE = 2
    ACTIVE = 4
    RELATIVE = 8
    BANDWIDTH_BYTES = 1 << 4
