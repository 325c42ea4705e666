# mypy: disable-error-code="empty-body"
"""Networks, host interfaces, network filters and their bindings of a connection."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.interface import Interface
    from vsh.api.network import Network
    from vsh.api.nwfilter import Nwfilter
    from vsh.api.nwfilter_binding import NwfilterBinding
    from vsh.api.types import UUID, Text, i32, u32
    from vsh.words.connection import ListAllInterfaces, ListAllNetworks
    from vsh.words.interface import InterfaceDefine
    from vsh.words.network import NetworkCreate, NetworkDefine
    from vsh.words.nwfilter import NWFilterDefine
    from vsh.words.nwfilter_binding import NWFilterBindingCreate


class Networks(Object):
    """How to get at what the network is made of."""

    __slots__ = ()

    @call(
        36,
        "connect_list_defined_networks",
        acl="connect:search_networks",
        filter="network:getattr",
        wire="maxnames: i32 = 16384",
    )
    def list_defined_networks(self) -> list[Text]:
        """Names of the networks that are not active."""

    @call(
        38,
        "connect_list_networks",
        acl="connect:search_networks",
        filter="network:getattr",
        wire="maxnames: i32 = 16384",
    )
    def list_networks(self) -> list[Text]:
        """Names of the active networks."""

    @call(
        50,
        "connect_num_of_defined_networks",
        acl="connect:search_networks",
        filter="network:getattr",
    )
    def num_of_defined_networks(self) -> i32:
        """How many networks are not active."""

    @call(52, "connect_num_of_networks", acl="connect:search_networks", filter="network:getattr")
    def num_of_networks(self) -> i32:
        """How many networks are active."""

    @call(
        126,
        "connect_num_of_interfaces",
        acl="connect:search_interfaces",
        filter="interface:getattr",
    )
    def num_of_interfaces(self) -> i32:
        """How many host interfaces are active."""

    @call(
        127,
        "connect_list_interfaces",
        acl="connect:search_interfaces",
        filter="interface:getattr",
        wire="maxnames: i32 = 16384",
    )
    def list_interfaces(self) -> list[Text]:
        """Names of the active host interfaces."""

    @call(
        137,
        "connect_num_of_defined_interfaces",
        acl="connect:search_interfaces",
        filter="interface:getattr",
    )
    def num_of_defined_interfaces(self) -> i32:
        """How many host interfaces are not active."""

    @call(
        138,
        "connect_list_defined_interfaces",
        acl="connect:search_interfaces",
        filter="interface:getattr",
        wire="maxnames: i32 = 16384",
    )
    def list_defined_interfaces(self) -> list[Text]:
        """Names of the host interfaces that are not active."""

    @call(
        178,
        "connect_num_of_nwfilters",
        api="virConnectNumOfNWFilters",
        acl="connect:search_nwfilters",
        filter="nwfilter:getattr",
    )
    def num_of_nwfilters(self) -> i32:
        """How many network filters there are."""

    @call(
        179,
        "connect_list_nwfilters",
        api="virConnectListNWFilters",
        acl="connect:search_nwfilters",
        filter="nwfilter:getattr",
        wire="maxnames: i32 = 16384",
    )
    def list_nwfilters(self) -> list[Text]:
        """Names of the network filters."""

    @call(
        283,
        "connect_list_all_networks",
        acl="connect:search_networks",
        filter="network:getattr",
        wire="need_results: i32 = 1, flags",
        count="u32",
    )
    def list_all_networks(self, flags: ListAllNetworks | u32 = 0) -> list[Network]:
        """All networks, or those that the flags pick."""

    @call(
        284,
        "connect_list_all_interfaces",
        acl="connect:search_interfaces",
        filter="interface:getattr",
        wire="need_results: i32 = 1, flags",
        count="u32",
    )
    def list_all_interfaces(self, flags: ListAllInterfaces | u32 = 0) -> list[Interface]:
        """All host interfaces, or those that the flags pick."""

    @call(
        286,
        "connect_list_all_nwfilters",
        api="virConnectListAllNWFilters",
        acl="connect:search_nwfilters",
        filter="nwfilter:getattr",
        wire="need_results: i32 = 1, flags",
        count="u32",
    )
    def list_all_nwfilters(self, flags: u32 = 0) -> list[Nwfilter]:
        """All network filters."""

    @call(
        401,
        "connect_list_all_nwfilter_bindings",
        api="virConnectListAllNWFilterBindings",
        acl="connect:search_nwfilter_bindings",
        filter="nwfilter_binding:getattr",
        wire="need_results: i32 = 1, flags",
        count="u32",
    )
    def list_all_nwfilter_bindings(self, flags: u32 = 0) -> list[NwfilterBinding]:
        """All bindings of network filters."""

    @call(
        40, "network_create_xml", api="virNetworkCreateXML", acl=["network:write", "network:start"]
    )
    def network_create_xml(self, xml: Text) -> Network:
        """Start a transient network."""

    @call(
        41, "network_define_xml", api="virNetworkDefineXML", acl=["network:write", "network:save"]
    )
    def network_define_xml(self, xml: Text) -> Network:
        """Define a network, or replace its definition."""

    @call(46, "network_lookup_by_name", acl="network:getattr")
    def network_lookup_by_name(self, name: Text) -> Network:
        """The network of that name.  Raises NoNetwork."""

    @call(47, "network_lookup_by_uuid", api="virNetworkLookupByUUID", acl="network:getattr")
    def network_lookup_by_uuid(self, uuid: UUID) -> Network:
        """The network of that UUID.  Raises NoNetwork."""

    @call(128, "interface_lookup_by_name", acl="interface:getattr")
    def interface_lookup_by_name(self, name: Text) -> Interface:
        """The host interface of that name.  Raises NoInterface."""

    @call(
        129,
        "interface_lookup_by_mac_string",
        api="virInterfaceLookupByMACString",
        acl="interface:getattr",
    )
    def interface_lookup_by_mac_string(self, mac: Text) -> Interface:
        """The host interface with that MAC address.  Raises NoInterface."""

    @call(
        131,
        "interface_define_xml",
        api="virInterfaceDefineXML",
        acl=["interface:write", "interface:save"],
    )
    def interface_define_xml(self, xml: Text, flags: InterfaceDefine | u32 = 0) -> Interface:
        """Define a host interface, or replace its definition."""

    @call(175, "nwfilter_lookup_by_name", api="virNWFilterLookupByName", acl="nwfilter:getattr")
    def nwfilter_lookup_by_name(self, name: Text) -> Nwfilter:
        """The network filter of that name.  Raises NoNwfilter."""

    @call(176, "nwfilter_lookup_by_uuid", api="virNWFilterLookupByUUID", acl="nwfilter:getattr")
    def nwfilter_lookup_by_uuid(self, uuid: UUID) -> Nwfilter:
        """The network filter of that UUID.  Raises NoNwfilter."""

    @call(
        180,
        "nwfilter_define_xml",
        api="virNWFilterDefineXML",
        acl=["nwfilter:write", "nwfilter:save"],
    )
    def nwfilter_define_xml(self, xml: Text) -> Nwfilter:
        """Define a network filter, or replace its definition."""

    @call(220, "interface_change_begin", acl="connect:interface_transaction")
    def interface_change_begin(self, flags: u32 = 0) -> None:
        """Remember the interfaces' configuration, to come back to it."""

    @call(221, "interface_change_commit", acl="connect:interface_transaction")
    def interface_change_commit(self, flags: u32 = 0) -> None:
        """Keep what was changed since ``interface_change_begin``."""

    @call(222, "interface_change_rollback", acl="connect:interface_transaction")
    def interface_change_rollback(self, flags: u32 = 0) -> None:
        """Go back to what was at ``interface_change_begin``."""

    @call(
        397,
        "nwfilter_binding_lookup_by_port_dev",
        api="virNWFilterBindingLookupByPortDev",
        acl="nwfilter_binding:getattr",
    )
    def nwfilter_binding_lookup_by_port_dev(self, name: Text) -> NwfilterBinding:
        """The binding of a port device.  Raises NoNwfilterBinding."""

    @call(
        399,
        "nwfilter_binding_create_xml",
        api="virNWFilterBindingCreateXML",
        acl="nwfilter_binding:create",
    )
    def nwfilter_binding_create_xml(
        self, xml: Text, flags: NWFilterBindingCreate | u32 = 0
    ) -> NwfilterBinding:
        """Bind a network filter to a port device."""

    @call(
        431,
        "nwfilter_define_xml_flags",
        api="virNWFilterDefineXMLFlags",
        acl=["nwfilter:write", "nwfilter:save"],
    )
    def nwfilter_define_xml_flags(self, xml: Text, flags: NWFilterDefine | u32 = 0) -> Nwfilter:
        """Define or replace a network filter."""

    @call(
        432,
        "network_define_xml_flags",
        api="virNetworkDefineXMLFlags",
        acl=["network:write", "network:save"],
    )
    def network_define_xml_flags(self, xml: Text, flags: NetworkDefine | u32 = 0) -> Network:
        """Define a network, or replace its definition."""

    @call(
        437,
        "network_create_xml_flags",
        api="virNetworkCreateXMLFlags",
        acl=["network:write", "network:start"],
    )
    def network_create_xml_flags(self, xml: Text, flags: NetworkCreate | u32 = 0) -> Network:
        """Start a transient network."""
