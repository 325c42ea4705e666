"""Words of volumes, as libvirt numbers them."""

from vsh.words import Enumeration, Flags


class StorageVolType(Enumeration, prefix="VIR_STORAGE_VOL_"):
    """What a volume is."""

    FILE = 0
    BLOCK = 1
    DIR = 2
    NETWORK = 3
    NETDIR = 4
    PLOOP = 5


class StorageVolWipeAlgorithm(Enumeration, prefix="VIR_STORAGE_VOL_WIPE_ALG_"):
    """How to wipe a volume."""

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


class StorageVolDelete(Flags, prefix="VIR_STORAGE_VOL_DELETE_"):
    """How to delete a volume."""

    NORMAL = 0
    ZEROED = 1
    WITH_SNAPSHOTS = 2


class StorageVolInfo(Flags, prefix="VIR_STORAGE_VOL_"):
    """Which size is meant."""

    USE_ALLOCATION = 0
    GET_PHYSICAL = 1


class StorageVolCreate(Flags, prefix="VIR_STORAGE_VOL_CREATE_"):
    """How to make a volume."""

    PREALLOC_METADATA = 1
    REFLINK = 2
    VALIDATE = 4


class StorageVolDownload(Flags, prefix="VIR_STORAGE_VOL_DOWNLOAD_"):
    """How to send a volume."""

    SPARSE_STREAM = 1


class StorageVolUpload(Flags, prefix="VIR_STORAGE_VOL_UPLOAD_"):
    """How to take a volume's content."""

    SPARSE_STREAM = 1


class StorageVolResize(Flags, prefix="VIR_STORAGE_VOL_RESIZE_"):
    """How the size is meant."""

    ALLOCATE = 1
    DELTA = 2
    SHRINK = 4
