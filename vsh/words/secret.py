"""Words of secrets, as libvirt numbers them."""

from vsh.words import Enumeration, Flags


class SecretUsageType(Enumeration, prefix="VIR_SECRET_USAGE_TYPE_"):
    """What a secret is for."""

    NONE = 0
    VOLUME = 1
    CEPH = 2
    ISCSI = 3
    TLS = 4
    VTPM = 5


class SecretDefine(Flags, prefix="VIR_SECRET_DEFINE_"):
    """How to define a secret."""

    VALIDATE = 1
