"""Words of events, as libvirt numbers them."""


class DomainEventType:
    """What happened to a domain."""

    prefix = "VIR_DOMAIN_EVENT_"
    DEFINED = 0
    UNDEFINED = 1
    STARTED = 2
    SUSPENDED = 3
    RESUMED = 4
    STOPPED = 5
    SHUTDOWN = 6
    PMSUSPENDED = 7
    CRASHED = 8


class DomainEventDefinedDetailType:
    """How it came to be defined."""

    prefix = "VIR_DOMAIN_EVENT_DEFINED_"
    ADDED = 0
    UPDATED = 1
    RENAMED = 2
    FROM_SNAPSHOT = 3


class DomainEventUndefinedDetailType:
    """How it came to be undefined."""

    prefix = "VIR_DOMAIN_EVENT_UNDEFINED_"
    REMOVED = 0
    RENAMED = 1


class DomainEventStartedDetailType:
    """How it was started."""

    prefix = "VIR_DOMAIN_EVENT_STARTED_"
    BOOTED = 0
    MIGRATED = 1
    RESTORED = 2
    FROM_SNAPSHOT = 3
    WAKEUP = 4
    RECREATED = 5


class DomainEventSuspendedDetailType:
    """Why it was suspended."""

    prefix = "VIR_DOMAIN_EVENT_SUSPENDED_"
    PAUSED = 0
    MIGRATED = 1
    IOERROR = 2
    WATCHDOG = 3
    RESTORED = 4
    FROM_SNAPSHOT = 5
    API_ERROR = 6
    POSTCOPY = 7
    POSTCOPY_FAILED = 8
    GUEST_SHUTDOWN = 9


class DomainEventResumedDetailType:
    """Why it was resumed."""

    prefix = "VIR_DOMAIN_EVENT_RESUMED_"
    UNPAUSED = 0
    MIGRATED = 1
    FROM_SNAPSHOT = 2
    POSTCOPY = 3
    POSTCOPY_FAILED = 4


class DomainEventStoppedDetailType:
    """Why it stopped."""

    prefix = "VIR_DOMAIN_EVENT_STOPPED_"
    SHUTDOWN = 0
    DESTROYED = 1
    CRASHED = 2
    MIGRATED = 3
    SAVED = 4
    FAILED = 5
    FROM_SNAPSHOT = 6
    RECREATED = 7


class DomainEventShutdownDetailType:
    """Who shut it down."""

    prefix = "VIR_DOMAIN_EVENT_SHUTDOWN_"
    FINISHED = 0
    GUEST = 1
    HOST = 2


class DomainEventPMSuspendedDetailType:
    """Where it suspended to."""

    prefix = "VIR_DOMAIN_EVENT_PMSUSPENDED_"
    MEMORY = 0
    DISK = 1


class DomainEventCrashedDetailType:
    """What was done about the crash."""

    prefix = "VIR_DOMAIN_EVENT_CRASHED_"
    PANICKED = 0
    CRASHLOADED = 1


class DomainMemoryFailureRecipientType:
    """Whom a memory failure was told."""

    prefix = "VIR_DOMAIN_EVENT_MEMORY_FAILURE_RECIPIENT_"
    HYPERVISOR = 0
    GUEST = 1


class DomainMemoryFailureActionType:
    """What was done about a memory failure."""

    prefix = "VIR_DOMAIN_EVENT_MEMORY_FAILURE_ACTION_"
    IGNORE = 0
    INJECT = 1
    FATAL = 2
    RESET = 3


class DomainEventWatchdogAction:
    """What a watchdog did."""

    prefix = "VIR_DOMAIN_EVENT_WATCHDOG_"
    NONE = 0
    PAUSE = 1
    RESET = 2
    POWEROFF = 3
    SHUTDOWN = 4
    DEBUG = 5
    INJECTNMI = 6


class DomainEventIOErrorAction:
    """What was done about an I/O error."""

    prefix = "VIR_DOMAIN_EVENT_IO_ERROR_"
    NONE = 0
    PAUSE = 1
    REPORT = 2


class DomainEventGraphicsPhase:
    """How far a graphics client is."""

    prefix = "VIR_DOMAIN_EVENT_GRAPHICS_"
    CONNECT = 0
    INITIALIZE = 1
    DISCONNECT = 2


class DomainEventGraphicsAddressType:
    """Kinds of addresses of graphics clients."""

    prefix = "VIR_DOMAIN_EVENT_GRAPHICS_ADDRESS_"
    IPV4 = 0
    IPV6 = 1
    UNIX = 2


class DomainEventBlockJobStatus:
    """What became of a block job."""

    prefix = "VIR_DOMAIN_BLOCK_JOB_"
    COMPLETED = 0
    FAILED = 1
    CANCELED = 2
    READY = 3


class DomainEventDiskChangeReason:
    """Why a disk's source was changed."""

    prefix = "VIR_DOMAIN_EVENT_DISK_"
    CHANGE_MISSING_ON_START = 0
    DROP_MISSING_ON_START = 1


class DomainEventTrayChangeReason:
    """What became of a tray."""

    prefix = "VIR_DOMAIN_EVENT_TRAY_CHANGE_"
    OPEN = 0
    CLOSE = 1


class DomainEventAgentLifecycleState:
    """Whether the guest's agent is there."""

    prefix = "VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_"
    CONNECTED = 1
    DISCONNECTED = 2


class DomainEventAgentLifecycleReason:
    """Why the guest's agent came or went."""

    prefix = "VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_"
    UNKNOWN = 0
    DOMAIN_STARTED = 1
    CHANNEL = 2


class DomainEventChannelLifecycleState:
    """Whether something in the guest has a channel open."""

    prefix = "VIR_CONNECT_DOMAIN_EVENT_CHANNEL_LIFECYCLE_STATE_"
    CONNECTED = 1
    DISCONNECTED = 2


class DomainEventChannelLifecycleReason:
    """Why a channel came or went."""

    prefix = "VIR_CONNECT_DOMAIN_EVENT_CHANNEL_LIFECYCLE_REASON_"
    UNKNOWN = 0
    DOMAIN_STARTED = 1
    CHANNEL = 2


class NetworkEventLifecycleType:
    """What happened to a network."""

    prefix = "VIR_NETWORK_EVENT_"
    DEFINED = 0
    UNDEFINED = 1
    STARTED = 2
    STOPPED = 3


class NodeDeviceEventLifecycleType:
    """What happened to a host device."""

    prefix = "VIR_NODE_DEVICE_EVENT_"
    CREATED = 0
    DELETED = 1
    DEFINED = 2
    UNDEFINED = 3


class SecretEventLifecycleType:
    """What happened to a secret."""

    prefix = "VIR_SECRET_EVENT_"
    DEFINED = 0
    UNDEFINED = 1


class StoragePoolEventLifecycleType:
    """What happened to a pool."""

    prefix = "VIR_STORAGE_POOL_EVENT_"
    DEFINED = 0
    UNDEFINED = 1
    STARTED = 2
    STOPPED = 3
    CREATED = 4
    DELETED = 5


class DomainMemoryFailure:
    """What is known of a memory failure."""

    prefix = "VIR_DOMAIN_MEMORY_FAILURE_"
    ACTION_REQUIRED = 1
    RECURSIVE = 2


class EventHandleType:
    """What to wait for on a file."""

    prefix = "VIR_EVENT_HANDLE_"
    READABLE = 1
    WRITABLE = 2
    ERROR = 4
    HANGUP = 8
