"""Which networks and interfaces there are: this machine's."""

from vsh.api.connection import networks
from vsh.drivers.host.interfaces import HostInterfaces
from vsh.drivers.host.networks import VirtualNetworks


class Networks(VirtualNetworks, HostInterfaces, answers=networks):
    """Networks and interfaces of this machine."""
