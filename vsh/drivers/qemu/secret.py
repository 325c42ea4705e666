"""Secrets: this root's."""

from vsh.drivers.host.secret import Secret

__all__ = ["Secret"]
