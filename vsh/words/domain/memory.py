"""A domain's memory: what is looked at, statistics, the rate of writing."""


class DomainMemoryStatTags:
    """What a memory statistic counts; KiB, but for the faults, page counts and the time."""

    prefix = "VIR_DOMAIN_MEMORY_STAT_"
    SWAP_IN = 0
    SWAP_OUT = 1
    MAJOR_FAULT = 2
    MINOR_FAULT = 3
    UNUSED = 4
    AVAILABLE = 5
    ACTUAL_BALLOON = 6
    RSS = 7
    USABLE = 8
    LAST_UPDATE = 9
    DISK_CACHES = 10
    HUGETLB_PGALLOC = 11
    HUGETLB_PGFAIL = 12


class DomainNumatuneMemMode:
    """How strictly memory is bound to NUMA nodes."""

    prefix = "VIR_DOMAIN_NUMATUNE_MEM_"
    STRICT = 0
    PREFERRED = 1
    INTERLEAVE = 2
    RESTRICTIVE = 3


class DomainDirtyRateStatus:
    """Whether the dirty rate is known."""

    prefix = "VIR_DOMAIN_DIRTYRATE_"
    UNSTARTED = 0
    MEASURING = 1
    MEASURED = 2


class DomainMemoryMod:
    """Which memory size to change, and where."""

    prefix = "VIR_DOMAIN_MEM_"
    CURRENT = 0
    LIVE = 1
    CONFIG = 2
    MAXIMUM = 4


class DomainMemory:
    """Which addresses are meant."""

    prefix = "VIR_MEMORY_"
    VIRTUAL = 1
    PHYSICAL = 2


class DomainDirtyRateCalc:
    """How to measure the dirty rate."""

    prefix = "VIR_DOMAIN_DIRTYRATE_MODE_"
    PAGE_SAMPLING = 0
    DIRTY_BITMAP = 1
    DIRTY_RING = 2
