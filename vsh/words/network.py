"""Words of networks, as libvirt numbers them."""

from vsh.words import Enumeration, Flags


class NetworkUpdateCommand(Enumeration, prefix="VIR_NETWORK_UPDATE_COMMAND_"):
    """What to do with an element of a network."""

    NONE = 0
    MODIFY = 1
    DELETE = 2
    ADD_LAST = 3
    ADD_FIRST = 4


class NetworkUpdateSection(Enumeration, prefix="VIR_NETWORK_SECTION_"):
    """Where in a network's document."""

    NONE = 0
    BRIDGE = 1
    DOMAIN = 2
    IP = 3
    IP_DHCP_HOST = 4
    IP_DHCP_RANGE = 5
    FORWARD = 6
    FORWARD_INTERFACE = 7
    FORWARD_PF = 8
    PORTGROUP = 9
    DNS_HOST = 10
    DNS_TXT = 11
    DNS_SRV = 12


class IPAddrType(Enumeration, prefix="VIR_IP_ADDR_TYPE_"):
    """Kinds of addresses."""

    IPV4 = 0
    IPV6 = 1


class NetworkMetadataType(Enumeration, prefix="VIR_NETWORK_METADATA_"):
    """Parts of a network's metadata."""

    DESCRIPTION = 0
    TITLE = 1
    ELEMENT = 2


class NetworkXML(Flags, prefix="VIR_NETWORK_XML_"):
    """Which document of a network."""

    INACTIVE = 1


class NetworkCreate(Flags, prefix="VIR_NETWORK_CREATE_"):
    """How to start a transient network."""

    VALIDATE = 1


class NetworkDefine(Flags, prefix="VIR_NETWORK_DEFINE_"):
    """How to define a network."""

    VALIDATE = 1


class NetworkUpdate(Flags, prefix="VIR_NETWORK_UPDATE_"):
    """What to change: the running network, its definition, or both."""

    AFFECT_CURRENT = 0
    AFFECT_LIVE = 1
    AFFECT_CONFIG = 2
