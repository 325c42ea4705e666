"""Words of checkpoints, as libvirt numbers them."""


class CheckpointCreate:
    """How to make or redefine a checkpoint."""

    prefix = "VIR_DOMAIN_CHECKPOINT_CREATE_"
    REDEFINE = 1
    QUIESCE = 2
    REDEFINE_VALIDATE = 4


class CheckpointXML:
    """What a checkpoint's document has."""

    prefix = "VIR_DOMAIN_CHECKPOINT_XML_"
    SECURE = 1
    NO_DOMAIN = 2
    SIZE = 4


class CheckpointList:
    """Which checkpoints to list; ROOTS for a domain, DESCENDANTS for a checkpoint."""

    prefix = "VIR_DOMAIN_CHECKPOINT_LIST_"
    ROOTS = 1
    DESCENDANTS = 1
    TOPOLOGICAL = 2
    LEAVES = 4
    NO_LEAVES = 8


class CheckpointDelete:
    """What to delete."""

    prefix = "VIR_DOMAIN_CHECKPOINT_DELETE_"
    CHILDREN = 1
    METADATA_ONLY = 2
    CHILDREN_ONLY = 4
