"""Words of bindings of network filters, as libvirt numbers them."""


class NWFilterBindingCreate:
    """How to make a binding."""

    prefix = "VIR_NWFILTER_BINDING_CREATE_"
    VALIDATE = 1
