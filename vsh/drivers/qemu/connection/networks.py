"""Which networks there are: this machine's."""

from vsh.api.connection import networks
from vsh.drivers.host.networks import VirtualNetworks


class Networks(VirtualNetworks, answers=networks):
    """Networks of this machine."""
