"""Storage pools: this machine's."""

from vsh.drivers.host.pool import Pool

__all__ = ["Pool"]
