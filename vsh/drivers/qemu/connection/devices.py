"""Which devices the host has: this machine's."""

from vsh.api.connection import devices
from vsh.drivers.host.node_devices import HostDevices


class Devices(HostDevices, answers=devices):
    """Devices of this machine."""
