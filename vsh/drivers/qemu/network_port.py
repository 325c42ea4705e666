"""Ports of virtual networks: this machine's."""

from vsh.drivers.host.network_port import NetworkPort

__all__ = ["NetworkPort"]
