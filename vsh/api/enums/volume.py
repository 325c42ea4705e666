"""Enumerations of storage volumes, as libvirt numbers them."""


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
