# mypy: disable-error-code="empty-body"
"""A virtual network."""

from __future__ import annotations

from vsh.api._call import Object, call
from vsh.api.types import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.editing import Edit
    from vsh.api.network_port import NetworkPort
    from vsh.api.types import UUID, Text, i32, i64, u32
    from vsh.words.network import (
        NetworkMetadataType,
        NetworkUpdate,
        NetworkUpdateCommand,
        NetworkUpdateSection,
        NetworkXML,
    )
    from vsh.words.network_port import NetworkPortCreate
    from vsh.xml import network as documents


class DhcpLease(Record):
    """One DHCP lease; ``expirytime`` in seconds since the epoch, ``type`` 0 for IPv4 and 1 for
    IPv6.
    """

    iface: Text
    expirytime: i64
    type: i32
    mac: Text | None
    iaid: Text | None
    ipaddr: Text
    prefix: u32
    hostname: Text | None
    clientid: Text | None


class Network(Object):
    """A network, known by its UUID."""

    __slots__ = ()
    kind = "Network"
    fields = ("name", "uuid")
    name: Text
    uuid: UUID

    @call(39, "network_create", acl="network:start")
    def create(self) -> None:
        """Start it."""

    @call(42, "network_destroy", acl="network:stop")
    def destroy(self) -> None:
        """Stop it."""

    @call(43, "network_get_xml_desc", api="virNetworkGetXMLDesc", acl="network:read")
    def get_xml_desc(self, flags: NetworkXML | u32 = 0) -> Text:
        """Its document: live, or with the flag its definition."""

    @call(44, "network_get_autostart", acl="network:read", quick=True)
    def get_autostart(self) -> i32:
        """1 if it is started with the host."""

    @call(45, "network_get_bridge_name", acl="network:read")
    def get_bridge_name(self) -> Text:
        """Name of its bridge."""

    @call(48, "network_set_autostart", acl="network:write")
    def set_autostart(self, autostart: i32) -> None:
        """Start it with the host (1), or do not (0)."""

    @call(49, "network_undefine", acl="network:delete")
    def undefine(self) -> None:
        """Forget its definition."""

    @call(152, "network_is_active", acl="network:read", quick=True)
    def is_active(self) -> i32:
        """1 if it is active."""

    @call(153, "network_is_persistent", acl="network:read", quick=True)
    def is_persistent(self) -> i32:
        """1 if it has a definition."""

    @call(
        291,
        "network_update",
        acl=[
            "network:write",
            "network:save:!VIR_NETWORK_UPDATE_AFFECT_CONFIG|VIR_NETWORK_UPDATE_AFFECT_LIVE",
            "network:save:VIR_NETWORK_UPDATE_AFFECT_CONFIG",
        ],
    )
    def update(
        self,
        command: NetworkUpdateCommand | u32,
        section: NetworkUpdateSection | u32,
        parentIndex: i32,
        xml: Text,
        flags: NetworkUpdate | u32 = 0,
    ) -> None:
        """Change one section of it (``NetworkUpdateCommand``,
        ``NetworkUpdateSection``); ``parentIndex`` -1 lets libvirt find the place.
        """

    @call(
        341,
        "network_get_dhcp_leases",
        api="virNetworkGetDHCPLeases",
        acl="network:read",
        wire="mac, need_results: i32 = 1, flags",
        count="u32",
        limit=65536,
    )
    def get_dhcp_leases(self, mac: Text | None = None, flags: u32 = 0) -> list[DhcpLease]:
        """Its DHCP leases; of one MAC address, or None for all."""

    @call(
        404,
        "network_list_all_ports",
        acl="network:search_ports",
        filter="network_port:getattr",
        wire="need_results: i32 = 1, flags",
        count="u32",
    )
    def list_all_ports(self, flags: u32 = 0) -> list[NetworkPort]:
        """Its ports."""

    @call(
        405,
        "network_port_lookup_by_uuid",
        api="virNetworkPortLookupByUUID",
        acl="network_port:getattr",
    )
    def port_lookup_by_uuid(self, uuid: UUID) -> NetworkPort:
        """The port of that UUID.  Raises NoNetworkPort."""

    @call(406, "network_port_create_xml", api="virNetworkPortCreateXML", acl="network_port:create")
    def port_create_xml(self, xml: Text, flags: NetworkPortCreate | u32 = 0) -> NetworkPort:
        """Make a port."""

    @call(
        444,
        "network_set_metadata",
        acl=[
            "network:write",
            "network:save:!VIR_NETWORK_UPDATE_AFFECT_CONFIG|VIR_NETWORK_UPDATE_AFFECT_LIVE",
            "network:save:VIR_NETWORK_UPDATE_AFFECT_CONFIG",
        ],
    )
    def set_metadata(
        self,
        type: NetworkMetadataType | i32,
        metadata: Text | None = None,
        key: Text | None = None,
        uri: Text | None = None,
        flags: NetworkUpdate | u32 = 0,
    ) -> None:
        """Set its title, description or a custom element;
        None removes it.
        """

    @call(
        445,
        "network_get_metadata",
        acl="network:read",
        exclusive=[("AFFECT_LIVE", "AFFECT_CONFIG")],
    )
    def get_metadata(
        self,
        type: NetworkMetadataType | i32,
        uri: Text | None = None,
        flags: NetworkUpdate | u32 = 0,
    ) -> Text:
        """Its title, description or a custom element."""

    @property
    def active(self) -> bool:
        """Whether it runs."""
        return bool(self.is_active())

    @property
    def persistent(self) -> bool:
        """Whether it has a definition, which stays when it stops."""
        return bool(self.is_persistent())

    @property
    def autostart(self) -> bool:
        """Whether it starts with the host."""
        return bool(self.get_autostart())

    @property
    def bridge(self) -> str:
        """The name of its bridge device on the host."""
        return self.get_bridge_name()

    @property
    def leases(self) -> list[DhcpLease]:
        """The DHCP leases that it has given."""
        return self.get_dhcp_leases()

    @property
    def xml(self) -> documents.Network:
        """Its document as a model; changing that changes nothing: see ``edit``."""
        from vsh.xml.engine.reader import read
        from vsh.xml.network import Network

        return read(self.get_xml_desc(0), Network)

    def edit(self) -> Edit[documents.Network]:
        """Change the definition: ``with network.edit() as xml: ...``, as ``Domain.edit`` does."""
        from vsh.api.editing import Edit, inactive
        from vsh.words.network import NetworkDefine, NetworkXML
        from vsh.xml.network import Network

        define = self.connection.network_define_xml_flags
        return Edit(
            "network",
            self.name,
            lambda: inactive(self.get_xml_desc, NetworkXML.INACTIVE),
            lambda text: define(text, NetworkDefine.VALIDATE),
            Network,
        )
