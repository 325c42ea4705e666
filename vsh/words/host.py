"""Words of the host, as libvirt numbers them."""


class NodeSuspendTarget:
    """Where to suspend to."""

    prefix = "VIR_NODE_SUSPEND_TARGET_"
    MEM = 0
    DISK = 1
    HYBRID = 2


class NodeGetCPUStatsAllCPUs:
    """Stands for all CPUs together."""

    prefix = "VIR_NODE_CPU_STATS_"
    ALL_CPUS = -1


class NodeGetMemoryStatsAllCells:
    """Stands for all NUMA cells together."""

    prefix = "VIR_NODE_MEMORY_STATS_"
    ALL_CELLS = -1


class CPUCompareResult:
    """How a CPU compares with the host's."""

    prefix = "VIR_CPU_COMPARE_"
    ERROR = -1
    INCOMPATIBLE = 0
    IDENTICAL = 1
    SUPERSET = 2


class NodeAllocPages:
    """Whether the count is added or set."""

    prefix = "VIR_NODE_ALLOC_PAGES_"
    ADD = 0
    SET = 1
