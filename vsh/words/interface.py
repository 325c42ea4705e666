"""Words of host interfaces, as libvirt numbers them."""

from vsh.words import Flags


class InterfaceXML(Flags, prefix="VIR_INTERFACE_XML_"):
    """Which document of an interface."""

    INACTIVE = 1


class InterfaceDefine(Flags, prefix="VIR_INTERFACE_DEFINE_"):
    """How to define an interface."""

    VALIDATE = 1
