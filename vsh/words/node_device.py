"""Words of the host's devices, as libvirt numbers them."""

from vsh.words import Flags


class NodeDeviceCreateXML(Flags, prefix="VIR_NODE_DEVICE_CREATE_XML_"):
    """How to make a host device."""

    VALIDATE = 1


class NodeDeviceDefineXML(Flags, prefix="VIR_NODE_DEVICE_DEFINE_XML_"):
    """How to define a host device."""

    VALIDATE = 1


class NodeDeviceXML(Flags, prefix="VIR_NODE_DEVICE_XML_"):
    """Which document of a host device."""

    INACTIVE = 1


class NodeDeviceUpdate(Flags, prefix="VIR_NODE_DEVICE_UPDATE_"):
    """What to change: the running device, its definition, or both."""

    AFFECT_CURRENT = 0
    AFFECT_LIVE = 1
    AFFECT_CONFIG = 2
