"""A domain's vCPUs."""


class VcpuState:
    """What a vCPU is doing."""

    prefix = "VIR_VCPU_"
    OFFLINE = 0
    RUNNING = 1
    BLOCKED = 2


class VcpuHostCpuState:
    """What stands in place of a vCPU's host CPU."""

    prefix = "VIR_VCPU_INFO_CPU_"
    OFFLINE = -1
    UNAVAILABLE = -2


class DomainVcpu:
    """Which number of vCPUs, and where."""

    prefix = "VIR_DOMAIN_VCPU_"
    CURRENT = 0
    LIVE = 1
    CONFIG = 2
    MAXIMUM = 4
    GUEST = 8
    HOTPLUGGABLE = 1 << 4
    ASYNC_UNPLUG = 1 << 5


class DomainSetVcpu:
    """Where to plug a vCPU in or out, and whether to wait until it is out."""

    prefix = "VIR_DOMAIN_SETVCPU_"
    AFFECT_CURRENT = 0
    AFFECT_LIVE = 1
    AFFECT_CONFIG = 2
    ASYNC_UNPLUG = 4
