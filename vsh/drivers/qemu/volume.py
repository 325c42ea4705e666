"""Volumes: this machine's."""

from vsh.drivers.host.volume import Volume

__all__ = ["Volume"]
