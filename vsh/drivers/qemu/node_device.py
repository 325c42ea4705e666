"""Devices of the host: this machine's."""

from vsh.drivers.host.node_device import NodeDevice

__all__ = ["NodeDevice"]
