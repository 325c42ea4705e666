"""How domains are defined, started, saved, dumped and stopped."""

from vsh.words import Enumeration, Flags


class DomainCoreDumpFormat(Enumeration, prefix="VIR_DOMAIN_CORE_DUMP_FORMAT_"):
    """Formats of a memory dump."""

    RAW = 0
    KDUMP_ZLIB = 1
    KDUMP_LZO = 2
    KDUMP_SNAPPY = 3
    WIN_DMP = 4


class DomainLifecycle(Enumeration, prefix="VIR_DOMAIN_LIFECYCLE_"):
    """What can happen to a domain."""

    POWEROFF = 0
    REBOOT = 1
    CRASH = 2


class DomainLifecycleAction(Enumeration, prefix="VIR_DOMAIN_LIFECYCLE_ACTION_"):
    """What is done when it happens."""

    DESTROY = 0
    RESTART = 1
    RESTART_RENAME = 2, "rename-restart"
    PRESERVE = 3
    COREDUMP_DESTROY = 4
    COREDUMP_RESTART = 5
    PRESERVE_RUNNING = 6


class DomainCreate(Flags, prefix="VIR_DOMAIN_"):
    """How to start a domain."""

    NONE = 0
    START_PAUSED = 1
    START_AUTODESTROY = 2
    START_BYPASS_CACHE = 4
    START_FORCE_BOOT = 8
    START_VALIDATE = 1 << 4
    START_RESET_NVRAM = 1 << 5


class DomainCoreDump(Flags, prefix="VIR_DUMP_"):
    """How to dump a domain."""

    CRASH = 1
    LIVE = 2
    BYPASS_CACHE = 4
    RESET = 8
    MEMORY_ONLY = 1 << 4


class DomainShutdown(Flags, prefix="VIR_DOMAIN_SHUTDOWN_"):
    """By which ways to ask the guest."""

    DEFAULT = 0
    ACPI_POWER_BTN = 1
    GUEST_AGENT = 2
    INITCTL = 4
    SIGNAL = 8
    PARAVIRT = 1 << 4


class DomainReboot(Flags, prefix="VIR_DOMAIN_REBOOT_"):
    """By which ways to ask the guest."""

    DEFAULT = 0
    ACPI_POWER_BTN = 1
    GUEST_AGENT = 2
    INITCTL = 4
    SIGNAL = 8
    PARAVIRT = 1 << 4


class DomainDestroy(Flags, prefix="VIR_DOMAIN_DESTROY_"):
    """How to stop a domain."""

    DEFAULT = 0
    GRACEFUL = 1
    REMOVE_LOGS = 2


class DomainSaveRestore(Flags, prefix="VIR_DOMAIN_SAVE_"):
    """How to save and restore a domain."""

    BYPASS_CACHE = 1
    RUNNING = 2
    PAUSED = 4
    RESET_NVRAM = 8


class DomainSaveImageXML(Flags, prefix="VIR_DOMAIN_SAVE_IMAGE_XML_"):
    """What a saved image's document has."""

    SECURE = 1


class DomainDefine(Flags, prefix="VIR_DOMAIN_DEFINE_"):
    """How to define a domain."""

    VALIDATE = 1


class DomainUndefine(Flags, prefix="VIR_DOMAIN_UNDEFINE_"):
    """What to remove with, or keep of, a domain."""

    MANAGED_SAVE = 1
    SNAPSHOTS_METADATA = 2
    NVRAM = 4
    KEEP_NVRAM = 8
    CHECKPOINTS_METADATA = 1 << 4
    TPM = 1 << 5
    KEEP_TPM = 1 << 6
