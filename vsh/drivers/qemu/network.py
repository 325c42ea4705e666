"""Virtual networks: this machine's."""

from vsh.drivers.host.network import Network

__all__ = ["Network"]
