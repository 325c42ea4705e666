"""Words of secrets, as libvirt numbers them."""


class SecretUsageType:
    """What a secret is for."""

    prefix = "VIR_SECRET_USAGE_TYPE_"
    NONE = 0
    VOLUME = 1
    CEPH = 2
    ISCSI = 3
    TLS = 4
    VTPM = 5


class SecretDefine:
    """How to define a secret."""

    prefix = "VIR_SECRET_DEFINE_"
    VALIDATE = 1
