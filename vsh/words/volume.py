"""Words of volumes, as libvirt numbers them."""


class StorageVolType:
    """What a volume is."""

    prefix = "VIR_STORAGE_VOL_"
    FILE = 0
    BLOCK = 1
    DIR = 2
    NETWORK = 3
    NETDIR = 4
    PLOOP = 5


class StorageVolWipeAlgorithm:
    """How to wipe a volume."""

    prefix = "VIR_STORAGE_VOL_WIPE_ALG_"
    ZERO = 0
    NNSA = 1
    DOD = 2
    BSI = 3
    GUTMANN = 4
    SCHNEIER = 5
    PFITZNER7 = 6
    PFITZNER33 = 7
    RANDOM = 8
    TRIM = 9


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
