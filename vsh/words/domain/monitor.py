"""QEMU's monitor and the guest agent, spoken to directly."""

from vsh.words import Enumeration, Flags


class DomainQemuAgentCommandTimeout(Enumeration, prefix="VIR_DOMAIN_QEMU_AGENT_COMMAND_"):
    """Special time-outs of a command for the guest's agent."""

    MIN = -2
    BLOCK = -2
    DEFAULT = -1
    NOWAIT = 0
    SHUTDOWN = 60


class DomainQemuMonitorCommand(Flags, prefix="VIR_DOMAIN_QEMU_MONITOR_COMMAND_"):
    """The monitor's language."""

    DEFAULT = 0
    HMP = 1
