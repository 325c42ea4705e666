"""Words of network filters, as libvirt numbers them."""


class NWFilterDefine:
    """How to define a filter."""

    prefix = "VIR_NWFILTER_DEFINE_"
    VALIDATE = 1
