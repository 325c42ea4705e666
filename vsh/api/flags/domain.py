"""Flags of domains, as libvirt numbers them."""


class DomainModificationImpact:
    """What a change or question is about: the running domain, its definition, or both."""

    prefix = "VIR_DOMAIN_AFFECT_"
    CURRENT = 0
    LIVE = 1
    CONFIG = 2


class DomainCreate:
    """How to start a domain."""

    prefix = "VIR_DOMAIN_"
    NONE = 0
    START_PAUSED = 1
    START_AUTODESTROY = 2
    START_BYPASS_CACHE = 4
    START_FORCE_BOOT = 8
    START_VALIDATE = 1 << 4
    START_RESET_NVRAM = 1 << 5


class DomainCoreDump:
    """How to dump a domain."""

    prefix = "VIR_DUMP_"
    CRASH = 1
    LIVE = 2
    BYPASS_CACHE = 4
    RESET = 8
    MEMORY_ONLY = 1 << 4


class DomainMigrate:
    """How to migrate a domain."""

    prefix = "VIR_MIGRATE_"
    LIVE = 1
    PEER2PEER = 2
    TUNNELLED = 4
    PERSIST_DEST = 8
    UNDEFINE_SOURCE = 1 << 4
    PAUSED = 1 << 5
    NON_SHARED_DISK = 1 << 6
    NON_SHARED_INC = 1 << 7
    CHANGE_PROTECTION = 1 << 8
    UNSAFE = 1 << 9
    OFFLINE = 1 << 10
    COMPRESSED = 1 << 11
    ABORT_ON_ERROR = 1 << 12
    AUTO_CONVERGE = 1 << 13
    RDMA_PIN_ALL = 1 << 14
    POSTCOPY = 1 << 15
    TLS = 1 << 16
    PARALLEL = 1 << 17
    NON_SHARED_SYNCHRONOUS_WRITES = 1 << 18
    POSTCOPY_RESUME = 1 << 19
    ZEROCOPY = 1 << 20


class DomainMigrateMaxSpeed:
    """Which speed is meant."""

    prefix = "VIR_DOMAIN_MIGRATE_MAX_SPEED_"
    POSTCOPY = 1


class DomainShutdown:
    """By which ways to ask the guest."""

    prefix = "VIR_DOMAIN_SHUTDOWN_"
    DEFAULT = 0
    ACPI_POWER_BTN = 1
    GUEST_AGENT = 2
    INITCTL = 4
    SIGNAL = 8
    PARAVIRT = 1 << 4


class DomainReboot:
    """By which ways to ask the guest."""

    prefix = "VIR_DOMAIN_REBOOT_"
    DEFAULT = 0
    ACPI_POWER_BTN = 1
    GUEST_AGENT = 2
    INITCTL = 4
    SIGNAL = 8
    PARAVIRT = 1 << 4


class DomainDestroy:
    """How to stop a domain."""

    prefix = "VIR_DOMAIN_DESTROY_"
    DEFAULT = 0
    GRACEFUL = 1
    REMOVE_LOGS = 2


class DomainSaveRestore:
    """How to save and restore a domain."""

    prefix = "VIR_DOMAIN_SAVE_"
    BYPASS_CACHE = 1
    RUNNING = 2
    PAUSED = 4
    RESET_NVRAM = 8


class DomainMemoryMod:
    """Which memory size to change, and where."""

    prefix = "VIR_DOMAIN_MEM_"
    CURRENT = 0
    LIVE = 1
    CONFIG = 2
    MAXIMUM = 4


class DomainGetHostname:
    """Whom to ask for the guest's name."""

    prefix = "VIR_DOMAIN_GET_HOSTNAME_"
    LEASE = 1
    AGENT = 2


class DomainXML:
    """What a domain's document has."""

    prefix = "VIR_DOMAIN_XML_"
    SECURE = 1
    INACTIVE = 2
    UPDATE_CPU = 4
    MIGRATABLE = 8


class DomainSaveImageXML:
    """What a saved image's document has."""

    prefix = "VIR_DOMAIN_SAVE_IMAGE_XML_"
    SECURE = 1


class DomainBlockResize:
    """How the size is meant."""

    prefix = "VIR_DOMAIN_BLOCK_RESIZE_"
    BYTES = 1
    CAPACITY = 2
    EXTEND = 4


class DomainMemory:
    """Which addresses are meant."""

    prefix = "VIR_MEMORY_"
    VIRTUAL = 1
    PHYSICAL = 2


class DomainDefine:
    """How to define a domain."""

    prefix = "VIR_DOMAIN_DEFINE_"
    VALIDATE = 1


class DomainUndefine:
    """What to remove with, or keep of, a domain."""

    prefix = "VIR_DOMAIN_UNDEFINE_"
    MANAGED_SAVE = 1
    SNAPSHOTS_METADATA = 2
    NVRAM = 4
    KEEP_NVRAM = 8
    CHECKPOINTS_METADATA = 1 << 4
    TPM = 1 << 5
    KEEP_TPM = 1 << 6


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


class DomainDeviceModify:
    """Where to change a device, and whether by force."""

    prefix = "VIR_DOMAIN_DEVICE_MODIFY_"
    CURRENT = 0
    LIVE = 1
    CONFIG = 2
    FORCE = 4


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


class DomainBlockJobAbort:
    """How to end a block job."""

    prefix = "VIR_DOMAIN_BLOCK_JOB_ABORT_"
    ASYNC = 1
    PIVOT = 2


class DomainBlockJobInfo:
    """How the speed is meant."""

    prefix = "VIR_DOMAIN_BLOCK_JOB_INFO_"
    BANDWIDTH_BYTES = 1


class DomainBlockJobSetSpeed:
    """How the speed is meant."""

    prefix = "VIR_DOMAIN_BLOCK_JOB_SPEED_"
    BANDWIDTH_BYTES = 1


class DomainBlockPull:
    """How to pull."""

    prefix = "VIR_DOMAIN_BLOCK_PULL_"
    BANDWIDTH_BYTES = 1 << 6


class DomainBlockRebase:
    """How to rebase or copy."""

    prefix = "VIR_DOMAIN_BLOCK_REBASE_"
    SHALLOW = 1
    REUSE_EXT = 2
    COPY_RAW = 4
    COPY = 8
    RELATIVE = 1 << 4
    COPY_DEV = 1 << 5
    BANDWIDTH_BYTES = 1 << 6


class DomainBlockCopy:
    """How to copy."""

    prefix = "VIR_DOMAIN_BLOCK_COPY_"
    SHALLOW = 1
    REUSE_EXT = 2
    TRANSIENT_JOB = 4
    SYNCHRONOUS_WRITES = 8
    TARGET_ZEROED = 1 << 4


class DomainBlockCommit:
    """How to commit."""

    prefix = "VIR_DOMAIN_BLOCK_COMMIT_"
    SHALLOW = 1
    DELETE = 2
    ACTIVE = 4
    RELATIVE = 8
    BANDWIDTH_BYTES = 1 << 4


class DomainGetJobStats:
    """Which job to tell about."""

    prefix = "VIR_DOMAIN_JOB_STATS_"
    COMPLETED = 1
    KEEP_COMPLETED = 2


class DomainAbortJob:
    """Which job to end."""

    prefix = "VIR_DOMAIN_ABORT_JOB_"
    POSTCOPY = 1


class DomainConsole:
    """Whether to take a console from someone else."""

    prefix = "VIR_DOMAIN_CONSOLE_"
    FORCE = 1
    SAFE = 2


class DomainChannel:
    """Whether to take a channel from someone else."""

    prefix = "VIR_DOMAIN_CHANNEL_"
    FORCE = 1


class DomainOpenGraphics:
    """Whether the client has to authenticate."""

    prefix = "VIR_DOMAIN_OPEN_GRAPHICS_"
    SKIPAUTH = 1


class DomainSetTime:
    """Where the time comes from."""

    prefix = "VIR_DOMAIN_TIME_"
    SYNC = 1


class DomainSetUserPassword:
    """How the password is given."""

    prefix = "VIR_DOMAIN_PASSWORD_"
    ENCRYPTED = 1


class DomainGuestInfoTypes:
    """Groups of what a guest tells."""

    prefix = "VIR_DOMAIN_GUEST_INFO_"
    USERS = 1
    OS = 2
    TIMEZONE = 4
    HOSTNAME = 8
    FILESYSTEM = 1 << 4
    DISKS = 1 << 5
    INTERFACES = 1 << 6
    LOAD = 1 << 7
    DEVICES = 1 << 8


class DomainBackupBegin:
    """How to back up."""

    prefix = "VIR_DOMAIN_BACKUP_BEGIN_"
    REUSE_EXTERNAL = 1
    PRESERVE_SHUTDOWN_DOMAIN = 2


class DomainAuthorizedSSHKeysSet:
    """Whether to add or remove instead of replacing."""

    prefix = "VIR_DOMAIN_AUTHORIZED_SSH_KEYS_SET_"
    APPEND = 1
    REMOVE = 2


class DomainMessageType:
    """Which messages are wanted."""

    prefix = "VIR_DOMAIN_MESSAGE_"
    DEPRECATION = 1
    TAINTING = 2
    IOERRORS = 4


class DomainDirtyRateCalc:
    """How to measure the dirty rate."""

    prefix = "VIR_DOMAIN_DIRTYRATE_MODE_"
    PAGE_SAMPLING = 0
    DIRTY_BITMAP = 1
    DIRTY_RING = 2


class DomainFDAssociate:
    """How the files are labelled."""

    prefix = "VIR_DOMAIN_FD_ASSOCIATE_"
    SECLABEL_RESTORE = 1
    SECLABEL_WRITABLE = 2


class DomainQemuMonitorCommand:
    """The monitor's language."""

    prefix = "VIR_DOMAIN_QEMU_MONITOR_COMMAND_"
    DEFAULT = 0
    HMP = 1
