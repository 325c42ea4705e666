"""Words of network filters, as libvirt numbers them."""

from vsh.words import Flags


class NWFilterDefine(Flags, prefix="VIR_NWFILTER_DEFINE_"):
    """How to define a filter."""

    VALIDATE = 1
