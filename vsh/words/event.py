"""Words of events, as libvirt numbers them."""

from vsh.words import Enumeration, Flags


class DomainEventType(Enumeration, prefix="VIR_DOMAIN_EVENT_"):
    """What happened to a domain."""

    DEFINED = 0, "Defined"
    UNDEFINED = 1, "Undefined"
    STARTED = 2, "Started"
    SUSPENDED = 3, "Suspended"
    RESUMED = 4, "Resumed"
    STOPPED = 5, "Stopped"
    SHUTDOWN = 6, "Shutdown"
    PMSUSPENDED = 7, "PMSuspended"
    CRASHED = 8, "Crashed"


class DomainEventDefinedDetailType(Enumeration, prefix="VIR_DOMAIN_EVENT_DEFINED_"):
    """How it came to be defined."""

    ADDED = 0, "Added"
    UPDATED = 1, "Updated"
    RENAMED = 2, "Renamed"
    FROM_SNAPSHOT = 3, "Snapshot"


class DomainEventUndefinedDetailType(Enumeration, prefix="VIR_DOMAIN_EVENT_UNDEFINED_"):
    """How it came to be undefined."""

    REMOVED = 0, "Removed"
    RENAMED = 1, "Renamed"


class DomainEventStartedDetailType(Enumeration, prefix="VIR_DOMAIN_EVENT_STARTED_"):
    """How it was started."""

    BOOTED = 0, "Booted"
    MIGRATED = 1, "Migrated"
    RESTORED = 2, "Restored"
    FROM_SNAPSHOT = 3, "Snapshot"
    WAKEUP = 4, "Event wakeup"
    RECREATED = 5, "Recreated"


class DomainEventSuspendedDetailType(Enumeration, prefix="VIR_DOMAIN_EVENT_SUSPENDED_"):
    """Why it was suspended."""

    PAUSED = 0, "Paused"
    MIGRATED = 1, "Migrated"
    IOERROR = 2, "I/O Error"
    WATCHDOG = 3, "Watchdog"
    RESTORED = 4, "Restored"
    FROM_SNAPSHOT = 5, "Snapshot"
    API_ERROR = 6, "API error"
    POSTCOPY = 7, "Post-copy"
    POSTCOPY_FAILED = 8, "Post-copy Error"
    GUEST_SHUTDOWN = 9, "guest shutdown"


class DomainEventResumedDetailType(Enumeration, prefix="VIR_DOMAIN_EVENT_RESUMED_"):
    """Why it was resumed."""

    UNPAUSED = 0, "Unpaused"
    MIGRATED = 1, "Migrated"
    FROM_SNAPSHOT = 2, "Snapshot"
    POSTCOPY = 3, "Post-copy"
    POSTCOPY_FAILED = 4, "Post-copy Error"


class DomainEventStoppedDetailType(Enumeration, prefix="VIR_DOMAIN_EVENT_STOPPED_"):
    """Why it stopped."""

    SHUTDOWN = 0, "Shutdown"
    DESTROYED = 1, "Destroyed"
    CRASHED = 2, "Crashed"
    MIGRATED = 3, "Migrated"
    SAVED = 4, "Saved"
    FAILED = 5, "Failed"
    FROM_SNAPSHOT = 6, "Snapshot"
    RECREATED = 7, "Recreated"


class DomainEventShutdownDetailType(Enumeration, prefix="VIR_DOMAIN_EVENT_SHUTDOWN_"):
    """Who shut it down."""

    FINISHED = 0, "Finished"
    GUEST = 1, "Finished after guest request"
    HOST = 2, "Finished after host request"


class DomainEventPMSuspendedDetailType(Enumeration, prefix="VIR_DOMAIN_EVENT_PMSUSPENDED_"):
    """Where it suspended to."""

    MEMORY = 0, "Memory"
    DISK = 1, "Disk"


class DomainEventCrashedDetailType(Enumeration, prefix="VIR_DOMAIN_EVENT_CRASHED_"):
    """What was done about the crash."""

    PANICKED = 0, "Panicked"
    CRASHLOADED = 1, "Crashloaded"


class DomainMemoryFailureRecipientType(
    Enumeration, prefix="VIR_DOMAIN_EVENT_MEMORY_FAILURE_RECIPIENT_"
):
    """Whom a memory failure was told."""

    HYPERVISOR = 0
    GUEST = 1


class DomainMemoryFailureActionType(Enumeration, prefix="VIR_DOMAIN_EVENT_MEMORY_FAILURE_ACTION_"):
    """What was done about a memory failure."""

    IGNORE = 0
    INJECT = 1
    FATAL = 2
    RESET = 3


class DomainEventWatchdogAction(Enumeration, prefix="VIR_DOMAIN_EVENT_WATCHDOG_"):
    """What a watchdog did."""

    NONE = 0
    PAUSE = 1
    RESET = 2
    POWEROFF = 3
    SHUTDOWN = 4
    DEBUG = 5
    INJECTNMI = 6, "inject-nmi"


class DomainEventIOErrorAction(Enumeration, prefix="VIR_DOMAIN_EVENT_IO_ERROR_"):
    """What was done about an I/O error."""

    NONE = 0
    PAUSE = 1
    REPORT = 2


class DomainEventGraphicsPhase(Enumeration, prefix="VIR_DOMAIN_EVENT_GRAPHICS_"):
    """How far a graphics client is."""

    CONNECT = 0
    INITIALIZE = 1
    DISCONNECT = 2


class DomainEventGraphicsAddressType(Enumeration, prefix="VIR_DOMAIN_EVENT_GRAPHICS_ADDRESS_"):
    """Kinds of addresses of graphics clients."""

    IPV4 = 0, "IPv4"
    IPV6 = 1, "IPv6"
    UNIX = 2


class DomainEventBlockJobStatus(Enumeration, prefix="VIR_DOMAIN_BLOCK_JOB_"):
    """What became of a block job."""

    COMPLETED = 0
    FAILED = 1
    CANCELED = 2
    READY = 3


class DomainEventDiskChangeReason(Enumeration, prefix="VIR_DOMAIN_EVENT_DISK_"):
    """Why a disk's source was changed."""

    CHANGE_MISSING_ON_START = 0, "changed"
    DROP_MISSING_ON_START = 1, "dropped"


class DomainEventTrayChangeReason(Enumeration, prefix="VIR_DOMAIN_EVENT_TRAY_CHANGE_"):
    """What became of a tray."""

    OPEN = 0, "opened"
    CLOSE = 1, "closed"


class DomainEventAgentLifecycleState(
    Enumeration, prefix="VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_"
):
    """Whether the guest's agent is there."""

    CONNECTED = 1
    DISCONNECTED = 2


class DomainEventAgentLifecycleReason(
    Enumeration, prefix="VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_"
):
    """Why the guest's agent came or went."""

    UNKNOWN = 0
    DOMAIN_STARTED = 1, "domain started"
    CHANNEL = 2, "channel event"


class DomainEventChannelLifecycleState(
    Enumeration, prefix="VIR_CONNECT_DOMAIN_EVENT_CHANNEL_LIFECYCLE_STATE_"
):
    """Whether something in the guest has a channel open."""

    CONNECTED = 1
    DISCONNECTED = 2


class DomainEventChannelLifecycleReason(
    Enumeration, prefix="VIR_CONNECT_DOMAIN_EVENT_CHANNEL_LIFECYCLE_REASON_"
):
    """Why a channel came or went."""

    UNKNOWN = 0
    DOMAIN_STARTED = 1, "domain started"
    CHANNEL = 2, "channel event"


class NetworkEventLifecycleType(Enumeration, prefix="VIR_NETWORK_EVENT_"):
    """What happened to a network."""

    DEFINED = 0, "Defined"
    UNDEFINED = 1, "Undefined"
    STARTED = 2, "Started"
    STOPPED = 3, "Stopped"


class NodeDeviceEventLifecycleType(Enumeration, prefix="VIR_NODE_DEVICE_EVENT_"):
    """What happened to a host device."""

    CREATED = 0, "Created"
    DELETED = 1, "Deleted"
    DEFINED = 2, "Defined"
    UNDEFINED = 3, "Undefined"


class SecretEventLifecycleType(Enumeration, prefix="VIR_SECRET_EVENT_"):
    """What happened to a secret."""

    DEFINED = 0, "Defined"
    UNDEFINED = 1, "Undefined"


class StoragePoolEventLifecycleType(Enumeration, prefix="VIR_STORAGE_POOL_EVENT_"):
    """What happened to a pool."""

    DEFINED = 0, "Defined"
    UNDEFINED = 1, "Undefined"
    STARTED = 2, "Started"
    STOPPED = 3, "Stopped"
    CREATED = 4, "Created"
    DELETED = 5, "Deleted"


class DomainMemoryFailure(Flags, prefix="VIR_DOMAIN_MEMORY_FAILURE_"):
    """What is known of a memory failure."""

    ACTION_REQUIRED = 1
    RECURSIVE = 2


class EventHandleType(Flags, prefix="VIR_EVENT_HANDLE_"):
    """What to wait for on a file."""

    READABLE = 1
    WRITABLE = 2
    ERROR = 4
    HANGUP = 8


LIFECYCLES = {
    "domain": DomainEventType,
    "network": NetworkEventLifecycleType,
    "pool": StoragePoolEventLifecycleType,
    "node_device": NodeDeviceEventLifecycleType,
    "secret": SecretEventLifecycleType,
}
"""What happened, by the family of events."""

DETAILS = (
    DomainEventDefinedDetailType,
    DomainEventUndefinedDetailType,
    DomainEventStartedDetailType,
    DomainEventSuspendedDetailType,
    DomainEventResumedDetailType,
    DomainEventStoppedDetailType,
    DomainEventShutdownDetailType,
    DomainEventPMSuspendedDetailType,
    DomainEventCrashedDetailType,
)
"""How it happened to a domain, by the number of what happened."""
