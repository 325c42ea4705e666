"""Words of ports of networks, as libvirt numbers them."""

from vsh.words import Flags


class NetworkPortCreate(Flags, prefix="VIR_NETWORK_PORT_CREATE_"):
    """How to make a port."""

    RECLAIM = 1
    VALIDATE = 2
