"""Words of connections, as libvirt numbers them."""

from vsh.words import Enumeration, Flags


class CloseReason(Enumeration, prefix="VIR_CONNECT_CLOSE_REASON_"):
    """Why a connection closed."""

    ERROR = 0
    EOF = 1
    KEEPALIVE = 2
    CLIENT = 3


class CredentialType(Enumeration, prefix="VIR_CRED_"):
    """What an authentication asks for."""

    USERNAME = 1
    AUTHNAME = 2
    LANGUAGE = 3
    CNONCE = 4
    PASSPHRASE = 5
    ECHOPROMPT = 6
    NOECHOPROMPT = 7
    REALM = 8
    EXTERNAL = 9


class Open(Flags, prefix="VIR_CONNECT_"):
    """How to open a connection."""

    RO = 1
    NO_ALIASES = 2


class CompareCPU(Flags, prefix="VIR_CONNECT_COMPARE_CPU_"):
    """How to compare CPUs."""

    FAIL_INCOMPATIBLE = 1
    VALIDATE_XML = 2


class BaselineCPU(Flags, prefix="VIR_CONNECT_BASELINE_CPU_"):
    """How to compute the common CPU."""

    EXPAND_FEATURES = 1
    MIGRATABLE = 2
    IGNORE_HOST = 4


class ListAllDomains(Flags, prefix="VIR_CONNECT_LIST_DOMAINS_"):
    """Which domains to list: of each pair or group, those asked for."""

    ACTIVE = 1
    INACTIVE = 2
    PERSISTENT = 4
    TRANSIENT = 8
    RUNNING = 1 << 4
    PAUSED = 1 << 5
    SHUTOFF = 1 << 6
    OTHER = 1 << 7
    MANAGEDSAVE = 1 << 8
    NO_MANAGEDSAVE = 1 << 9
    AUTOSTART = 1 << 10
    NO_AUTOSTART = 1 << 11
    HAS_SNAPSHOT = 1 << 12
    NO_SNAPSHOT = 1 << 13
    HAS_CHECKPOINT = 1 << 14
    NO_CHECKPOINT = 1 << 15


class GetAllDomainStats(Flags, prefix="VIR_CONNECT_GET_ALL_DOMAINS_STATS_"):
    """Which domains to look at, and how."""

    ACTIVE = 1
    INACTIVE = 2
    PERSISTENT = 4
    TRANSIENT = 8
    RUNNING = 1 << 4
    PAUSED = 1 << 5
    SHUTOFF = 1 << 6
    OTHER = 1 << 7
    NOWAIT = 1 << 29
    BACKING = 1 << 30
    ENFORCE_STATS = 1 << 31


class ListAllInterfaces(Flags, prefix="VIR_CONNECT_LIST_INTERFACES_"):
    """Which host interfaces to list."""

    INACTIVE = 1
    ACTIVE = 2


class ListAllNetworks(Flags, prefix="VIR_CONNECT_LIST_NETWORKS_"):
    """Which networks to list."""

    INACTIVE = 1
    ACTIVE = 2
    PERSISTENT = 4
    TRANSIENT = 8
    AUTOSTART = 1 << 4
    NO_AUTOSTART = 1 << 5


class ListAllNodeDevice(Flags, prefix="VIR_CONNECT_LIST_NODE_DEVICES_"):
    """Which host devices to list."""

    CAP_SYSTEM = 1
    CAP_PCI_DEV = 2
    CAP_USB_DEV = 4
    CAP_USB_INTERFACE = 8
    CAP_NET = 1 << 4
    CAP_SCSI_HOST = 1 << 5
    CAP_SCSI_TARGET = 1 << 6
    CAP_SCSI = 1 << 7
    CAP_STORAGE = 1 << 8
    CAP_FC_HOST = 1 << 9
    CAP_VPORTS = 1 << 10
    CAP_SCSI_GENERIC = 1 << 11
    CAP_DRM = 1 << 12
    CAP_MDEV_TYPES = 1 << 13
    CAP_MDEV = 1 << 14
    CAP_CCW_DEV = 1 << 15
    CAP_CSS_DEV = 1 << 16
    CAP_VDPA = 1 << 17
    CAP_AP_CARD = 1 << 18
    CAP_AP_QUEUE = 1 << 19
    CAP_AP_MATRIX = 1 << 20
    CAP_VPD = 1 << 21
    INACTIVE = 1 << 30
    ACTIVE = 1 << 31
    CAP_CCWGROUP_DEV = 1 << 22
    CAP_CCWGROUP_MEMBER = 1 << 23
    PERSISTENT = 1 << 28
    TRANSIENT = 1 << 29


class ListAllSecrets(Flags, prefix="VIR_CONNECT_LIST_SECRETS_"):
    """Which secrets to list."""

    EPHEMERAL = 1
    NO_EPHEMERAL = 2
    PRIVATE = 4
    NO_PRIVATE = 8


class ListAllStoragePools(Flags, prefix="VIR_CONNECT_LIST_STORAGE_POOLS_"):
    """Which pools to list."""

    INACTIVE = 1
    ACTIVE = 2
    PERSISTENT = 4
    TRANSIENT = 8
    AUTOSTART = 1 << 4
    NO_AUTOSTART = 1 << 5
    DIR = 1 << 6
    FS = 1 << 7
    NETFS = 1 << 8
    LOGICAL = 1 << 9
    DISK = 1 << 10
    ISCSI = 1 << 11
    SCSI = 1 << 12
    MPATH = 1 << 13
    RBD = 1 << 14
    SHEEPDOG = 1 << 15
    GLUSTER = 1 << 16
    ZFS = 1 << 17
    VSTORAGE = 1 << 18
    ISCSI_DIRECT = 1 << 19


class DomainQemuMonitorEventRegister(
    Flags, prefix="VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_"
):
    """How the name of an event is meant."""

    REGEX = 1
    NOCASE = 2


class GetDomainCapabilities(Flags, prefix="VIR_CONNECT_GET_DOMAIN_CAPABILITIES_"):
    """What to tell about the hypervisor."""

    DISABLE_DEPRECATED_FEATURES = 1
    EXPAND_CPU_FEATURES = 2
    SUPPORTED_CPU_FEATURES = 4


class DriverFeature(Enumeration, prefix="VIR_DRV_FEATURE_"):
    """What a driver can do beyond its calls: libvirt's own, not of its public interface."""

    MIGRATION_V1 = 1
    REMOTE = 2
    MIGRATION_V2 = 3
    MIGRATION_P2P = 4
    MIGRATION_DIRECT = 5
    MIGRATION_V3 = 6
    MIGRATE_CHANGE_PROTECTION = 7
    FD_PASSING = 8
    TYPED_PARAM_STRING = 9
    PROGRAM_KEEPALIVE = 10
    XML_MIGRATABLE = 11
    MIGRATION_OFFLINE = 12
    MIGRATION_PARAMS = 13
    REMOTE_EVENT_CALLBACK = 14
    REMOTE_CLOSE_CALLBACK = 15
    NETWORK_UPDATE_HAS_CORRECT_ORDER = 16
