# mypy: disable-error-code="empty-body"
"""A port of a virtual network: where one interface is plugged in."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.api.types import UUID, Text, TypedParams, u32


class NetworkPort(Object):
    """A port, known by its network and its UUID."""

    __slots__ = ()
    kind = "NetworkPort"
    fields = ("network", "uuid")
    network: Network
    uuid: UUID

    @call(
        407,
        "network_port_get_parameters",
        acl="network_port:read",
        wire="nparams: i32 = 16, flags",
        count="i32",
        limit=16,
    )
    def get_parameters(self, flags: u32 = 0) -> TypedParams:
        """Its bandwidth limits, in KiB/s and KiB."""

    @call(408, "network_port_set_parameters", acl="network_port:write", limit=16)
    def set_parameters(self, params: TypedParams, flags: u32 = 0) -> None:
        """Change its bandwidth limits."""

    @call(409, "network_port_get_xml_desc", api="virNetworkPortGetXMLDesc", acl="network_port:read")
    def get_xml_desc(self, flags: u32 = 0) -> Text:
        """Its document."""

    @call(410, "network_port_delete", acl="network_port:delete")
    def delete(self, flags: u32 = 0) -> None:
        """Remove it."""
