"""Flags of storage volumes, as libvirt numbers them."""


class StorageVolDelete:
    """How to delete a volume."""

    prefix = "VIR_STORAGE_VOL_DELETE_"
    NORMAL = 0
    ZEROED = 1
    WITH_SNAPSHOTS = 2


class StorageVolInfo:
    """Which size is meant."""

    prefix = "VIR_STORAGE_VOL_"
    USE_ALLOCATION = 0
    GET_PHYSICAL = 1


class StorageVolCreate:
    """How to make a volume."""

    prefix = "VIR_STORAGE_VOL_CREATE_"
    PREALLOC_METADATA = 1
    REFLINK = 2
    VALIDATE = 4


class StorageVolDownload:
    """How to send a volume."""

    prefix = "VIR_STORAGE_VOL_DOWNLOAD_"
    SPARSE_STREAM = 1


class StorageVolUpload:
    """How to take a volume's content."""

    prefix = "VIR_STORAGE_VOL_UPLOAD_"
    SPARSE_STREAM = 1


class StorageVolResize:
    """How the size is meant."""

    prefix = "VIR_STORAGE_VOL_RESIZE_"
    ALLOCATE = 1
    DELTA = 2
    SHRINK = 4
