"""Words of networks, as libvirt numbers them."""


class NetworkUpdateCommand:
    """What to do with an element of a network."""

    prefix = "VIR_NETWORK_UPDATE_COMMAND_"
    NONE = 0
    MODIFY = 1
    DELETE = 2
    ADD_LAST = 3
    ADD_FIRST = 4


class NetworkUpdateSection:
    """Where in a network's document."""

    prefix = "VIR_NETWORK_SECTION_"
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


class IPAddrType:
    """Kinds of addresses."""

    prefix = "VIR_IP_ADDR_TYPE_"
    IPV4 = 0
    IPV6 = 1


class NetworkMetadataType:
    """Parts of a network's metadata."""

    prefix = "VIR_NETWORK_METADATA_"
    DESCRIPTION = 0
    TITLE = 1
    ELEMENT = 2


class NetworkXML:
    """Which document of a network."""

    prefix = "VIR_NETWORK_XML_"
    INACTIVE = 1


class NetworkCreate:
    """How to start a transient network."""

    prefix = "VIR_NETWORK_CREATE_"
    VALIDATE = 1


class NetworkDefine:
    """How to define a network."""

    prefix = "VIR_NETWORK_DEFINE_"
    VALIDATE = 1


class NetworkUpdate:
    """What to change: the running network, its definition, or both."""

    prefix = "VIR_NETWORK_UPDATE_"
    AFFECT_CURRENT = 0
    AFFECT_LIVE = 1
    AFFECT_CONFIG = 2
