"""Words of bindings of network filters, as libvirt numbers them."""

from vsh.words import Flags


class NWFilterBindingCreate(Flags, prefix="VIR_NWFILTER_BINDING_CREATE_"):
    """How to make a binding."""

    VALIDATE = 1
