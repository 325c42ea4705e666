"""Words of the host's devices, as libvirt numbers them."""


class NodeDeviceCreateXML:
    """How to make a host device."""

    prefix = "VIR_NODE_DEVICE_CREATE_XML_"
    VALIDATE = 1


class NodeDeviceDefineXML:
    """How to define a host device."""

    prefix = "VIR_NODE_DEVICE_DEFINE_XML_"
    VALIDATE = 1


class NodeDeviceXML:
    """Which document of a host device."""

    prefix = "VIR_NODE_DEVICE_XML_"
    INACTIVE = 1


class NodeDeviceUpdate:
    """What to change: the running device, its definition, or both."""

    prefix = "VIR_NODE_DEVICE_UPDATE_"
    AFFECT_CURRENT = 0
    AFFECT_LIVE = 1
    AFFECT_CONFIG = 2
