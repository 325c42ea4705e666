"""A domain's memory: what is looked at, statistics, the rate of writing."""

from vsh.words import Enumeration, Flags


class DomainMemoryStatTags(Enumeration, prefix="VIR_DOMAIN_MEMORY_STAT_"):
    """What a memory statistic counts; KiB, but for the faults, page counts and the time."""

    SWAP_IN = 0, "swap_in"
    SWAP_OUT = 1, "swap_out"
    MAJOR_FAULT = 2, "major_fault"
    MINOR_FAULT = 3, "minor_fault"
    UNUSED = 4
    AVAILABLE = 5
    ACTUAL_BALLOON = 6, "actual"
    RSS = 7
    USABLE = 8
    LAST_UPDATE = 9, "last_update"
    DISK_CACHES = 10, "disk_caches"
    HUGETLB_PGALLOC = 11, "hugetlb_pgalloc"
    HUGETLB_PGFAIL = 12, "hugetlb_pgfail"


class DomainNumatuneMemMode(Enumeration, prefix="VIR_DOMAIN_NUMATUNE_MEM_"):
    """How strictly memory is bound to NUMA nodes."""

    STRICT = 0
    PREFERRED = 1
    INTERLEAVE = 2
    RESTRICTIVE = 3


class DomainDirtyRateStatus(Enumeration, prefix="VIR_DOMAIN_DIRTYRATE_"):
    """Whether the dirty rate is known."""

    UNSTARTED = 0
    MEASURING = 1
    MEASURED = 2


class DomainMemoryMod(Flags, prefix="VIR_DOMAIN_MEM_"):
    """Which memory size to change, and where."""

    CURRENT = 0
    LIVE = 1
    CONFIG = 2
    MAXIMUM = 4


class DomainMemory(Flags, prefix="VIR_MEMORY_"):
    """Which addresses are meant."""

    VIRTUAL = 1
    PHYSICAL = 2


class DomainDirtyRateCalc(Flags, prefix="VIR_DOMAIN_DIRTYRATE_MODE_"):
    """How to measure the dirty rate."""

    PAGE_SAMPLING = 0
    DIRTY_BITMAP = 1
    DIRTY_RING = 2
