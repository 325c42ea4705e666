"""Words of snapshots, as libvirt numbers them."""

from vsh.words import Flags


class SnapshotCreate(Flags, prefix="VIR_DOMAIN_SNAPSHOT_CREATE_"):
    """How to take or redefine a snapshot."""

    REDEFINE = 1
    CURRENT = 2
    NO_METADATA = 4
    HALT = 8
    DISK_ONLY = 1 << 4
    REUSE_EXT = 1 << 5
    QUIESCE = 1 << 6
    ATOMIC = 1 << 7
    LIVE = 1 << 8
    VALIDATE = 1 << 9


class SnapshotXML(Flags, prefix="VIR_DOMAIN_SNAPSHOT_XML_"):
    """What a snapshot's document has."""

    SECURE = 1


class SnapshotList(Flags, prefix="VIR_DOMAIN_SNAPSHOT_LIST_"):
    """Which snapshots to list; ROOTS for a domain, DESCENDANTS for a snapshot."""

    ROOTS = 1
    DESCENDANTS = 1
    LEAVES = 4
    NO_LEAVES = 8
    METADATA = 2
    NO_METADATA = 1 << 4
    INACTIVE = 1 << 5
    ACTIVE = 1 << 6
    DISK_ONLY = 1 << 7
    INTERNAL = 1 << 8
    EXTERNAL = 1 << 9
    TOPOLOGICAL = 1 << 10


class SnapshotRevert(Flags, prefix="VIR_DOMAIN_SNAPSHOT_REVERT_"):
    """How to revert."""

    RUNNING = 1
    PAUSED = 2
    FORCE = 4
    RESET_NVRAM = 8


class SnapshotDelete(Flags, prefix="VIR_DOMAIN_SNAPSHOT_DELETE_"):
    """What to delete."""

    CHILDREN = 1
    METADATA_ONLY = 2
    CHILDREN_ONLY = 4
