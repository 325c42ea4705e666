"""Words of ports of networks, as libvirt numbers them."""


class NetworkPortCreate:
    """How to make a port."""

    prefix = "VIR_NETWORK_PORT_CREATE_"
    RECLAIM = 1
    VALIDATE = 2
