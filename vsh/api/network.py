# mypy: disable-error-code="empty-body"
"""A virtual network."""

from __future__ import annotations

from vsh.api._call import Object, call
from vsh.api.types import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network_port import NetworkPort
    from vsh.api.types import UUID, Text, i32, i64, u32


class DhcpLease(Record):
    """One DHCP lease; ``expirytime`` in seconds since the epoch, ``type`` 0 for IPv4 and 1 for IPv6."""

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
    prefix = "network_"
    kind = "Network"
    fields = ("name", "uuid")
    name: Text
    uuid: UUID

    @call(39, acl="network:start")
    def create(self) -> None:
        """Network create."""

    @call(42, acl="network:stop")
    def destroy(self) -> None:
        """Network destroy."""

    @call(43, acl="network:read")
    def get_xml_desc(self, flags: u32 = 0) -> Text:
        """Network get xml desc."""

    @call(44, acl="network:read")
    def get_autostart(self) -> i32:
        """Network get autostart."""

    @call(45, acl="network:read")
    def get_bridge_name(self) -> Text:
        """Network get bridge name."""

    @call(48, acl="network:write")
    def set_autostart(self, autostart: i32) -> None:
        """Network set autostart."""

    @call(49, acl="network:delete")
    def undefine(self) -> None:
        """Network undefine."""

    @call(152, acl="network:read")
    def is_active(self) -> i32:
        """Network is active."""

    @call(153, acl="network:read")
    def is_persistent(self) -> i32:
        """Network is persistent."""

    @call(
        291,
        acl=[
            "network:write",
            "network:save:!VIR_NETWORK_UPDATE_AFFECT_CONFIG|VIR_NETWORK_UPDATE_AFFECT_LIVE",
            "network:save:VIR_NETWORK_UPDATE_AFFECT_CONFIG",
        ]
    )
    def update(
        self, command: u32, section: u32, parentIndex: i32, xml: Text, flags: u32 = 0
    ) -> None:
        """Network update."""

    @call(
        341, acl="network:read", wire="mac, need_results: i32 = 1, flags", count="u32", limit=65536
    )
    def get_dhcp_leases(self, mac: Text | None = None, flags: u32 = 0) -> list[DhcpLease]:
        """Network get dhcp leases."""

    @call(
        404, acl="network:search_ports", filter="network_port:getattr",
        wire="need_results: i32 = 1, flags", count="u32"
    )
    def list_all_ports(self, flags: u32 = 0) -> list[NetworkPort]:
        """Network list all ports."""

    @call(405, acl="network_port:getattr")
    def port_lookup_by_uuid(self, uuid: UUID) -> NetworkPort:
        """Network port lookup by uuid."""

    @call(406, acl="network_port:create")
    def port_create_xml(self, xml: Text, flags: u32 = 0) -> NetworkPort:
        """Network port create xml."""

    @call(
        444,
        acl=[
            "network:write",
            "network:save:!VIR_NETWORK_UPDATE_AFFECT_CONFIG|VIR_NETWORK_UPDATE_AFFECT_LIVE",
            "network:save:VIR_NETWORK_UPDATE_AFFECT_CONFIG",
        ]
    )
    def set_metadata(
        self, type: i32, metadata: Text | None = None, key: Text | None = None,
        uri: Text | None = None, flags: u32 = 0
    ) -> None:
        """Network set metadata."""

    @call(445, acl="network:read")
    def get_metadata(self, type: i32, uri: Text | None = None, flags: u32 = 0) -> Text:
        """Network get metadata."""
