"""Enumerations of domains, as libvirt numbers them."""


class TypedParameterType:
    """Types of parameters; ``TypedParams.TYPES`` has their words."""

    prefix = "VIR_TYPED_PARAM_"
    INT = 1
    UINT = 2
    LLONG = 3
    ULLONG = 4
    DOUBLE = 5
    BOOLEAN = 6
    STRING = 7


class DomainState:
    """What a domain is doing."""

    prefix = "VIR_DOMAIN_"
    NOSTATE = 0
    RUNNING = 1
    BLOCKED = 2
    PAUSED = 3
    SHUTDOWN = 4
    SHUTOFF = 5
    CRASHED = 6
    PMSUSPENDED = 7


class DomainNostateReason:
    """Why the state is NOSTATE."""

    prefix = "VIR_DOMAIN_NOSTATE_"
    UNKNOWN = 0


class DomainRunningReason:
    """Why the state is RUNNING."""

    prefix = "VIR_DOMAIN_RUNNING_"
    UNKNOWN = 0
    BOOTED = 1
    MIGRATED = 2
    RESTORED = 3
    FROM_SNAPSHOT = 4
    UNPAUSED = 5
    MIGRATION_CANCELED = 6
    SAVE_CANCELED = 7
    WAKEUP = 8
    CRASHED = 9
    POSTCOPY = 10
    POSTCOPY_FAILED = 11


class DomainBlockedReason:
    """Why the state is BLOCKED."""

    prefix = "VIR_DOMAIN_BLOCKED_"
    UNKNOWN = 0


class DomainPausedReason:
    """Why the state is PAUSED."""

    prefix = "VIR_DOMAIN_PAUSED_"
    UNKNOWN = 0
    USER = 1
    MIGRATION = 2
    SAVE = 3
    DUMP = 4
    IOERROR = 5
    WATCHDOG = 6
    FROM_SNAPSHOT = 7
    SHUTTING_DOWN = 8
    SNAPSHOT = 9
    CRASHED = 10
    STARTING_UP = 11
    POSTCOPY = 12
    POSTCOPY_FAILED = 13
    API_ERROR = 14


class DomainShutdownReason:
    """Why the state is SHUTDOWN."""

    prefix = "VIR_DOMAIN_SHUTDOWN_"
    UNKNOWN = 0
    USER = 1


class DomainShutoffReason:
    """Why the state is SHUTOFF."""

    prefix = "VIR_DOMAIN_SHUTOFF_"
    UNKNOWN = 0
    SHUTDOWN = 1
    DESTROYED = 2
    CRASHED = 3
    MIGRATED = 4
    SAVED = 5
    FAILED = 6
    FROM_SNAPSHOT = 7
    DAEMON = 8


class DomainCrashedReason:
    """Why the state is CRASHED."""

    prefix = "VIR_DOMAIN_CRASHED_"
    UNKNOWN = 0
    PANICKED = 1


class DomainPMSuspendedReason:
    """Why the state is PMSUSPENDED."""

    prefix = "VIR_DOMAIN_PMSUSPENDED_"
    UNKNOWN = 0


class DomainControlState:
    """State of the channel to the hypervisor."""

    prefix = "VIR_DOMAIN_CONTROL_"
    OK = 0
    JOB = 1
    OCCUPIED = 2
    ERROR = 3


class DomainControlErrorReason:
    """What is wrong with the channel to the hypervisor."""

    prefix = "VIR_DOMAIN_CONTROL_ERROR_REASON_"
    NONE = 0
    UNKNOWN = 1
    MONITOR = 2
    INTERNAL = 3


class DomainMemoryStatTags:
    """What a memory statistic counts; KiB, but for the faults, page counts and the time."""

    prefix = "VIR_DOMAIN_MEMORY_STAT_"
    SWAP_IN = 0
    SWAP_OUT = 1
    MAJOR_FAULT = 2
    MINOR_FAULT = 3
    UNUSED = 4
    AVAILABLE = 5
    ACTUAL_BALLOON = 6
    RSS = 7
    USABLE = 8
    LAST_UPDATE = 9
    DISK_CACHES = 10
    HUGETLB_PGALLOC = 11
    HUGETLB_PGFAIL = 12


class DomainCoreDumpFormat:
    """Formats of a memory dump."""

    prefix = "VIR_DOMAIN_CORE_DUMP_FORMAT_"
    RAW = 0
    KDUMP_ZLIB = 1
    KDUMP_LZO = 2
    KDUMP_SNAPPY = 3
    WIN_DMP = 4


class DomainNumatuneMemMode:
    """How strictly memory is bound to NUMA nodes."""

    prefix = "VIR_DOMAIN_NUMATUNE_MEM_"
    STRICT = 0
    PREFERRED = 1
    INTERLEAVE = 2
    RESTRICTIVE = 3


class DomainMetadataType:
    """Parts of a domain's metadata."""

    prefix = "VIR_DOMAIN_METADATA_"
    DESCRIPTION = 0
    TITLE = 1
    ELEMENT = 2


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


class DomainBlockJobType:
    """What a block job does."""

    prefix = "VIR_DOMAIN_BLOCK_JOB_TYPE_"
    UNKNOWN = 0
    PULL = 1
    COPY = 2
    COMMIT = 3
    ACTIVE_COMMIT = 4
    BACKUP = 5


class DomainDiskErrorCode:
    """What is wrong with a disk."""

    prefix = "VIR_DOMAIN_DISK_ERROR_"
    NONE = 0
    UNSPEC = 1
    NO_SPACE = 2


class KeycodeSet:
    """Sets of key codes."""

    prefix = "VIR_KEYCODE_SET_"
    LINUX = 0
    XT = 1
    ATSET1 = 2
    ATSET2 = 3
    ATSET3 = 4
    OSX = 5
    XT_KBD = 6
    USB = 7
    WIN32 = 8
    QNUM = 9


class DomainProcessSignal:
    """Signals, numbered as in Linux."""

    prefix = "VIR_DOMAIN_PROCESS_SIGNAL_"
    NOP = 0
    HUP = 1
    INT = 2
    QUIT = 3
    ILL = 4
    TRAP = 5
    ABRT = 6
    BUS = 7
    FPE = 8
    KILL = 9
    USR1 = 10
    SEGV = 11
    USR2 = 12
    PIPE = 13
    ALRM = 14
    TERM = 15
    STKFLT = 16
    CHLD = 17
    CONT = 18
    STOP = 19
    TSTP = 20
    TTIN = 21
    TTOU = 22
    URG = 23
    XCPU = 24
    XFSZ = 25
    VTALRM = 26
    PROF = 27
    WINCH = 28
    POLL = 29
    PWR = 30
    SYS = 31
    RT0 = 32
    RT1 = 33
    RT2 = 34
    RT3 = 35
    RT4 = 36
    RT5 = 37
    RT6 = 38
    RT7 = 39
    RT8 = 40
    RT9 = 41
    RT10 = 42
    RT11 = 43
    RT12 = 44
    RT13 = 45
    RT14 = 46
    RT15 = 47
    RT16 = 48
    RT17 = 49
    RT18 = 50
    RT19 = 51
    RT20 = 52
    RT21 = 53
    RT22 = 54
    RT23 = 55
    RT24 = 56
    RT25 = 57
    RT26 = 58
    RT27 = 59
    RT28 = 60
    RT29 = 61
    RT30 = 62
    RT31 = 63
    RT32 = 64


class DomainJobType:
    """Whether a job runs, and whether its length is known."""

    prefix = "VIR_DOMAIN_JOB_"
    NONE = 0
    BOUNDED = 1
    UNBOUNDED = 2
    COMPLETED = 3
    FAILED = 4
    CANCELLED = 5


class DomainJobOperation:
    """What a job is for."""

    prefix = "VIR_DOMAIN_JOB_OPERATION_"
    UNKNOWN = 0
    START = 1
    SAVE = 2
    RESTORE = 3
    MIGRATION_IN = 4
    MIGRATION_OUT = 5
    SNAPSHOT = 6
    SNAPSHOT_REVERT = 7
    DUMP = 8
    BACKUP = 9
    SNAPSHOT_DELETE = 10


class DomainInterfaceAddressesSource:
    """Whom to ask for addresses."""

    prefix = "VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_"
    LEASE = 0
    AGENT = 1
    ARP = 2


class DomainLifecycle:
    """What can happen to a domain."""

    prefix = "VIR_DOMAIN_LIFECYCLE_"
    POWEROFF = 0
    REBOOT = 1
    CRASH = 2


class DomainLifecycleAction:
    """What is done when it happens."""

    prefix = "VIR_DOMAIN_LIFECYCLE_ACTION_"
    DESTROY = 0
    RESTART = 1
    RESTART_RENAME = 2
    PRESERVE = 3
    COREDUMP_DESTROY = 4
    COREDUMP_RESTART = 5
    PRESERVE_RUNNING = 6


class DomainAgentResponseTimeout:
    """Special time-outs of the guest's agent."""

    prefix = "VIR_DOMAIN_AGENT_RESPONSE_TIMEOUT_"
    BLOCK = -2
    DEFAULT = -1
    NOWAIT = 0


class DomainDirtyRateStatus:
    """Whether the dirty rate is known."""

    prefix = "VIR_DOMAIN_DIRTYRATE_"
    UNSTARTED = 0
    MEASURING = 1
    MEASURED = 2


class DomainQemuAgentCommandTimeout:
    """Special time-outs of a command for the guest's agent."""

    prefix = "VIR_DOMAIN_QEMU_AGENT_COMMAND_"
    MIN = -2
    BLOCK = -2
    DEFAULT = -1
    NOWAIT = 0
    SHUTDOWN = 60


class DomainGraphicsReloadType:
    """Kinds of graphics whose certificates can be loaded again."""

    prefix = "VIR_DOMAIN_GRAPHICS_RELOAD_TYPE_"
    ANY = 0
    VNC = 1
