"""Enumerations of storage pools, as libvirt numbers them."""


class StoragePoolState:
    """What a pool is doing."""

    prefix = "VIR_STORAGE_POOL_"
    INACTIVE = 0
    BUILDING = 1
    RUNNING = 2
    DEGRADED = 3
    INACCESSIBLE = 4
