"""Network filters: this root's."""

from vsh.drivers.host.nwfilter import Nwfilter

__all__ = ["Nwfilter"]
