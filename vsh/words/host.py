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


ARCHITECTURES = (
    "aarch64", "alpha", "armv6l", "armv7b", "armv7l", "cris", "i686", "ia64", "lm32",
    "loongarch64", "m68k", "microblaze", "microblazeel", "mips", "mips64", "mips64el", "mipsel",
    "or32", "parisc", "parisc64", "ppc", "ppc64", "ppc64le", "ppcemb", "riscv32", "riscv64",
    "s390", "s390x", "sh4", "sh4eb", "sparc", "sparc64", "unicore32", "x86_64", "xtensa",
    "xtensaeb",
)  # fmt: skip
"""What CPUs are called, in libvirt's words (virArch)."""

VIRTUALIZERS = (
    "none", "qemu", "kqemu", "kvm", "xen", "lxc", "uml", "openvz", "test", "vmware", "hyperv",
    "vbox", "phyp", "parallels", "bhyve", "vz", "hvf", "xenfv",
)  # fmt: skip
"""What a domain can be run by (virDomainVirtType)."""
