"""Words of storage pools, as libvirt numbers them."""

from vsh.words import Enumeration, Flags


class StoragePoolState(Enumeration, prefix="VIR_STORAGE_POOL_"):
    """What a pool is doing."""

    INACTIVE = 0
    BUILDING = 1
    RUNNING = 2
    DEGRADED = 3
    INACCESSIBLE = 4


class StoragePoolBuild(Flags, prefix="VIR_STORAGE_POOL_BUILD_"):
    """How to build a pool."""

    NEW = 0
    REPAIR = 1
    RESIZE = 2
    NO_OVERWRITE = 4
    OVERWRITE = 8


class StoragePoolDelete(Flags, prefix="VIR_STORAGE_POOL_DELETE_"):
    """How to delete a pool."""

    NORMAL = 0
    ZEROED = 1


class StoragePoolCreate(Flags, prefix="VIR_STORAGE_POOL_CREATE_"):
    """Whether to build a pool before its start."""

    NORMAL = 0
    WITH_BUILD = 1
    WITH_BUILD_OVERWRITE = 2
    WITH_BUILD_NO_OVERWRITE = 4


class StorageXML(Flags, prefix="VIR_STORAGE_XML_"):
    """Which document of a pool."""

    INACTIVE = 1


class StoragePoolDefine(Flags, prefix="VIR_STORAGE_POOL_DEFINE_"):
    """How to define a pool."""

    VALIDATE = 1
