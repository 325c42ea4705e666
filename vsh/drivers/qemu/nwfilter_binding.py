"""Bindings of network filters: this root's."""

from vsh.drivers.host.nwfilter_binding import NwfilterBinding

__all__ = ["NwfilterBinding"]
