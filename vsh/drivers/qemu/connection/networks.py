"""Which networks, interfaces and network filters there are: this machine's."""

from vsh.api.connection import networks
from vsh.drivers.host.interfaces import HostInterfaces
from vsh.drivers.host.networks import VirtualNetworks
from vsh.drivers.host.nwfilters import NetworkFilters


class Networks(VirtualNetworks, HostInterfaces, NetworkFilters, answers=networks):
    """Networks, interfaces and network filters of this machine."""
