"""Words of the host, as libvirt numbers them."""

from vsh.words import Enumeration, Flags


class NodeSuspendTarget(Enumeration, prefix="VIR_NODE_SUSPEND_TARGET_"):
    """Where to suspend to."""

    MEM = 0
    DISK = 1
    HYBRID = 2


class NodeGetCPUStatsAllCPUs(Enumeration, prefix="VIR_NODE_CPU_STATS_"):
    """Stands for all CPUs together."""

    ALL_CPUS = -1


class NodeGetMemoryStatsAllCells(Enumeration, prefix="VIR_NODE_MEMORY_STATS_"):
    """Stands for all NUMA cells together."""

    ALL_CELLS = -1


class CPUCompareResult(Enumeration, prefix="VIR_CPU_COMPARE_"):
    """How a CPU compares with the host's."""

    ERROR = -1
    INCOMPATIBLE = 0
    IDENTICAL = 1
    SUPERSET = 2


class NodeAllocPages(Flags, prefix="VIR_NODE_ALLOC_PAGES_"):
    """Whether the count is added or set."""

    ADD = 0
    SET = 1
