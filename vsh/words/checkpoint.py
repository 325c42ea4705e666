"""Words of checkpoints, as libvirt numbers them."""

from vsh.words import Flags


class CheckpointCreate(Flags, prefix="VIR_DOMAIN_CHECKPOINT_CREATE_"):
    """How to make or redefine a checkpoint."""

    REDEFINE = 1
    QUIESCE = 2
    REDEFINE_VALIDATE = 4


class CheckpointXML(Flags, prefix="VIR_DOMAIN_CHECKPOINT_XML_"):
    """What a checkpoint's document has."""

    SECURE = 1
    NO_DOMAIN = 2
    SIZE = 4


class CheckpointList(Flags, prefix="VIR_DOMAIN_CHECKPOINT_LIST_"):
    """Which checkpoints to list; ROOTS for a domain, DESCENDANTS for a checkpoint."""

    ROOTS = 1
    DESCENDANTS = 1
    TOPOLOGICAL = 2
    LEAVES = 4
    NO_LEAVES = 8


class CheckpointDelete(Flags, prefix="VIR_DOMAIN_CHECKPOINT_DELETE_"):
    """What to delete."""

    CHILDREN = 1
    METADATA_ONLY = 2
    CHILDREN_ONLY = 4
