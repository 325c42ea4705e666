"""Words of host interfaces, as libvirt numbers them."""


class InterfaceXML:
    """Which document of an interface."""

    prefix = "VIR_INTERFACE_XML_"
    INACTIVE = 1


class InterfaceDefine:
    """How to define an interface."""

    prefix = "VIR_INTERFACE_DEFINE_"
    VALIDATE = 1
