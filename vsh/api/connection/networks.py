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


class ConnectNetworks(Object):
    """How to get at what the network is made of."""

    __slots__ = ()
    prefix = "connect_"

    @call(36, acl="connect:search_networks", filter="network:getattr", wire="maxnames: i32 = 16384")
    def list_defined_networks(self) -> list[Text]:
        """Connect list defined networks."""

    @call(38, acl="connect:search_networks", filter="network:getattr", wire="maxnames: i32 = 16384")
    def list_networks(self) -> list[Text]:
        """Connect list networks."""

    @call(50, acl="connect:search_networks", filter="network:getattr")
    def num_of_defined_networks(self) -> i32:
        """Connect num of defined networks."""

    @call(52, acl="connect:search_networks", filter="network:getattr")
    def num_of_networks(self) -> i32:
        """Connect num of networks."""

    @call(126, acl="connect:search_interfaces", filter="interface:getattr")
    def num_of_interfaces(self) -> i32:
        """Connect num of interfaces."""

    @call(
        127, acl="connect:search_interfaces", filter="interface:getattr",
        wire="maxnames: i32 = 16384"
    )
    def list_interfaces(self) -> list[Text]:
        """Connect list interfaces."""

    @call(137, acl="connect:search_interfaces", filter="interface:getattr")
    def num_of_defined_interfaces(self) -> i32:
        """Connect num of defined interfaces."""

    @call(
        138, acl="connect:search_interfaces", filter="interface:getattr",
        wire="maxnames: i32 = 16384"
    )
    def list_defined_interfaces(self) -> list[Text]:
        """Connect list defined interfaces."""

    @call(178, acl="connect:search_nwfilters", filter="nwfilter:getattr")
    def num_of_nwfilters(self) -> i32:
        """Connect num of nwfilters."""

    @call(
        179, acl="connect:search_nwfilters", filter="nwfilter:getattr", wire="maxnames: i32 = 16384"
    )
    def list_nwfilters(self) -> list[Text]:
        """Connect list nwfilters."""

    @call(
        283, acl="connect:search_networks", filter="network:getattr",
        wire="need_results: i32 = 1, flags", count="u32"
    )
    def list_all_networks(self, flags: u32 = 0) -> list[Network]:
        """Connect list all networks."""

    @call(
        284, acl="connect:search_interfaces", filter="interface:getattr",
        wire="need_results: i32 = 1, flags", count="u32"
    )
    def list_all_interfaces(self, flags: u32 = 0) -> list[Interface]:
        """Connect list all interfaces."""

    @call(
        286, acl="connect:search_nwfilters", filter="nwfilter:getattr",
        wire="need_results: i32 = 1, flags", count="u32"
    )
    def list_all_nwfilters(self, flags: u32 = 0) -> list[Nwfilter]:
        """Connect list all nwfilters."""

    @call(
        401, acl="connect:search_nwfilter_bindings", filter="nwfilter_binding:getattr",
        wire="need_results: i32 = 1, flags", count="u32"
    )
    def list_all_nwfilter_bindings(self, flags: u32 = 0) -> list[NwfilterBinding]:
        """Connect list all nwfilter bindings."""


class Networks(Object):
    """How to get at what the network is made of."""

    __slots__ = ()
    prefix = ""

    @call(40, acl=["network:write", "network:start"])
    def network_create_xml(self, xml: Text) -> Network:
        """Network create xml."""

    @call(41, acl=["network:write", "network:save"])
    def network_define_xml(self, xml: Text) -> Network:
        """Network define xml."""

    @call(46, acl="network:getattr")
    def network_lookup_by_name(self, name: Text) -> Network:
        """Network lookup by name."""

    @call(47, acl="network:getattr")
    def network_lookup_by_uuid(self, uuid: UUID) -> Network:
        """Network lookup by uuid."""

    @call(128, acl="interface:getattr")
    def interface_lookup_by_name(self, name: Text) -> Interface:
        """Interface lookup by name."""

    @call(129, acl="interface:getattr")
    def interface_lookup_by_mac_string(self, mac: Text) -> Interface:
        """Interface lookup by mac string."""

    @call(131, acl=["interface:write", "interface:save"])
    def interface_define_xml(self, xml: Text, flags: u32 = 0) -> Interface:
        """Interface define xml."""

    @call(175, acl="nwfilter:getattr")
    def nwfilter_lookup_by_name(self, name: Text) -> Nwfilter:
        """Nwfilter lookup by name."""

    @call(176, acl="nwfilter:getattr")
    def nwfilter_lookup_by_uuid(self, uuid: UUID) -> Nwfilter:
        """Nwfilter lookup by uuid."""

    @call(180, acl=["nwfilter:write", "nwfilter:save"])
    def nwfilter_define_xml(self, xml: Text) -> Nwfilter:
        """Nwfilter define xml."""

    @call(220, acl="connect:interface_transaction")
    def interface_change_begin(self, flags: u32 = 0) -> None:
        """Interface change begin."""

    @call(221, acl="connect:interface_transaction")
    def interface_change_commit(self, flags: u32 = 0) -> None:
        """Interface change commit."""

    @call(222, acl="connect:interface_transaction")
    def interface_change_rollback(self, flags: u32 = 0) -> None:
        """Interface change rollback."""

    @call(397, acl="nwfilter_binding:getattr")
    def nwfilter_binding_lookup_by_port_dev(self, name: Text) -> NwfilterBinding:
        """Nwfilter binding lookup by port dev."""

    @call(399, acl="nwfilter_binding:create")
    def nwfilter_binding_create_xml(self, xml: Text, flags: u32 = 0) -> NwfilterBinding:
        """Nwfilter binding create xml."""

    @call(431, acl=["nwfilter:write", "nwfilter:save"])
    def nwfilter_define_xml_flags(self, xml: Text, flags: u32 = 0) -> Nwfilter:
        """Nwfilter define xml flags."""

    @call(432, acl=["network:write", "network:save"])
    def network_define_xml_flags(self, xml: Text, flags: u32 = 0) -> Network:
        """Network define xml flags."""

    @call(437, acl=["network:write", "network:start"])
    def network_create_xml_flags(self, xml: Text, flags: u32 = 0) -> Network:
        """Network create xml flags."""
