"""Interfaces of the host: this machine's."""

from vsh.drivers.host.interface import Interface

__all__ = ["Interface"]
