"""Which storage pools there are: this machine's."""

from vsh.drivers.host.storage import Storage

__all__ = ["Storage"]
