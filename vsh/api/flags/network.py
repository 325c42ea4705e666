"""Flags of networks, as libvirt numbers them."""


class NetworkXML:
    """Which document of a network."""

    prefix = "VIR_NETWORK_XML_"
    INACTIVE = 1


class NetworkCreate:
    """How to start a transient network."""

    prefix = "VIR_NETWORK_CREATE_"
    VALIDATE = 1


class NetworkDefine:
    """How to define a network."""

    prefix = "VIR_NETWORK_DEFINE_"
    VALIDATE = 1


class NetworkUpdate:
    """What to change: the running network, its definition, or both."""

    prefix = "VIR_NETWORK_UPDATE_"
    AFFECT_CURRENT = 0
    AFFECT_LIVE = 1
    AFFECT_CONFIG = 2
