"""QEMU's monitor and the guest agent, spoken to directly."""


class DomainQemuAgentCommandTimeout:
    """Special time-outs of a command for the guest's agent."""

    prefix = "VIR_DOMAIN_QEMU_AGENT_COMMAND_"
    MIN = -2
    BLOCK = -2
    DEFAULT = -1
    NOWAIT = 0
    SHUTDOWN = 60


class DomainQemuMonitorCommand:
    """The monitor's language."""

    prefix = "VIR_DOMAIN_QEMU_MONITOR_COMMAND_"
    DEFAULT = 0
    HMP = 1
