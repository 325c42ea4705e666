"""Words of storage pools, as libvirt numbers them."""


class StoragePoolState:
    """What a pool is doing."""

    prefix = "VIR_STORAGE_POOL_"
    INACTIVE = 0
    BUILDING = 1
    RUNNING = 2
    DEGRADED = 3
    INACCESSIBLE = 4


class StoragePoolBuild:
    """How to build a pool."""

    prefix = "VIR_STORAGE_POOL_BUILD_"
    NEW = 0
    REPAIR = 1
    RESIZE = 2
    NO_OVERWRITE = 4
    OVERWRITE = 8


class StoragePoolDelete:
    """How to delete a pool."""

    prefix = "VIR_STORAGE_POOL_DELETE_"
    NORMAL = 0
    ZEROED = 1


class StoragePoolCreate:
    """Whether to build a pool before its start."""

    prefix = "VIR_STORAGE_POOL_CREATE_"
    NORMAL = 0
    WITH_BUILD = 1
    WITH_BUILD_OVERWRITE = 2
    WITH_BUILD_NO_OVERWRITE = 4


class StorageXML:
    """Which document of a pool."""

    prefix = "VIR_STORAGE_XML_"
    INACTIVE = 1


class StoragePoolDefine:
    """How to define a pool."""

    prefix = "VIR_STORAGE_POOL_DEFINE_"
    VALIDATE = 1
