"""A domain's vCPUs."""

from vsh.words import Enumeration, Flags


class VcpuState(Enumeration, prefix="VIR_VCPU_"):
    """What a vCPU is doing."""

    OFFLINE = 0
    RUNNING = 1
    BLOCKED = 2


class VcpuHostCpuState(Enumeration, prefix="VIR_VCPU_INFO_CPU_"):
    """What stands in place of a vCPU's host CPU."""

    OFFLINE = -1
    UNAVAILABLE = -2


class DomainVcpu(Flags, prefix="VIR_DOMAIN_VCPU_"):
    """Which number of vCPUs, and where."""

    CURRENT = 0
    LIVE = 1
    CONFIG = 2
    MAXIMUM = 4
    GUEST = 8
    HOTPLUGGABLE = 1 << 4
    ASYNC_UNPLUG = 1 << 5


class DomainSetVcpu(Flags, prefix="VIR_DOMAIN_SETVCPU_"):
    """Where to plug a vCPU in or out, and whether to wait until it is out."""

    AFFECT_CURRENT = 0
    AFFECT_LIVE = 1
    AFFECT_CONFIG = 2
    ASYNC_UNPLUG = 4
