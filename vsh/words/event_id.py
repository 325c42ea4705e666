"""Kinds of events, as libvirt numbers them: what is registered for."""

from vsh.words import Enumeration


class DomainEventID(Enumeration, prefix="VIR_DOMAIN_EVENT_ID_"):
    """What can be told of domains."""

    LIFECYCLE = 0
    REBOOT = 1
    RTC_CHANGE = 2
    WATCHDOG = 3
    IO_ERROR = 4
    GRAPHICS = 5
    IO_ERROR_REASON = 6
    CONTROL_ERROR = 7
    BLOCK_JOB = 8
    DISK_CHANGE = 9
    TRAY_CHANGE = 10
    PMWAKEUP = 11
    PMSUSPEND = 12
    BALLOON_CHANGE = 13
    PMSUSPEND_DISK = 14
    DEVICE_REMOVED = 15
    BLOCK_JOB_2 = 16
    TUNABLE = 17
    AGENT_LIFECYCLE = 18
    DEVICE_ADDED = 19
    MIGRATION_ITERATION = 20
    JOB_COMPLETED = 21
    DEVICE_REMOVAL_FAILED = 22
    METADATA_CHANGE = 23
    BLOCK_THRESHOLD = 24
    MEMORY_FAILURE = 25
    MEMORY_DEVICE_SIZE_CHANGE = 26
    NIC_MAC_CHANGE = 27
    VCPU_REMOVED = 28
    CHANNEL_LIFECYCLE = 29


class NetworkEventID(Enumeration, prefix="VIR_NETWORK_EVENT_ID_"):
    """What can be told of networks."""

    LIFECYCLE = 0
    METADATA_CHANGE = 1


class StoragePoolEventID(Enumeration, prefix="VIR_STORAGE_POOL_EVENT_ID_"):
    """What can be told of storage pools."""

    LIFECYCLE = 0
    REFRESH = 1


class NodeDeviceEventID(Enumeration, prefix="VIR_NODE_DEVICE_EVENT_ID_"):
    """What can be told of host devices."""

    LIFECYCLE = 0
    UPDATE = 1


class SecretEventID(Enumeration, prefix="VIR_SECRET_EVENT_ID_"):
    """What can be told of secrets."""

    LIFECYCLE = 0
    VALUE_CHANGED = 1
