"""Flags of secrets, as libvirt numbers them."""


class SecretDefine:
    """How to define a secret."""

    prefix = "VIR_SECRET_DEFINE_"
    VALIDATE = 1
