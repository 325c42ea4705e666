"""Statistics and messages of a domain."""


class DomainStatsTypes:
    """Groups of statistics."""

    prefix = "VIR_DOMAIN_STATS_"
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


class DomainMessageType:
    """Which messages are wanted."""

    prefix = "VIR_DOMAIN_MESSAGE_"
    DEPRECATION = 1
    TAINTING = 2
    IOERRORS = 4
