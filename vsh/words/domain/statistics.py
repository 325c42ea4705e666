"""Statistics and messages of a domain."""

from vsh.words import Flags


class DomainStatsTypes(Flags, prefix="VIR_DOMAIN_STATS_"):
    """Groups of statistics."""

    STATE = 1
    CPU_TOTAL = 2
    BALLOON = 4
    VCPU = 8
    INTERFACE = 1 << 4
    BLOCK = 1 << 5
    PERF = 1 << 6
    IOTHREAD = 1 << 7
    MEMORY = 1 << 8
    DIRTYRATE = 1 << 9
    VM = 1 << 10


class DomainMessageType(Flags, prefix="VIR_DOMAIN_MESSAGE_"):
    """Which messages are wanted."""

    DEPRECATION = 1
    TAINTING = 2
    IOERRORS = 4
