"""<nvram>: the NVRAM device of a pSeries guest."""

from __future__ import annotations

from vsh.xml.domain.devices._info import Device


class NvramDevice(Device, tag="nvram"):
    """The NVRAM of a domain."""

    open = (".",)
