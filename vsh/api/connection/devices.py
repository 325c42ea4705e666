# mypy: disable-error-code="empty-body"
"""Devices of the host."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.node_device import NodeDevice
    from vsh.api.types import Text, i32, u32
    from vsh.words.connection import ListAllNodeDevice
    from vsh.words.node_device import NodeDeviceCreateXML, NodeDeviceDefineXML


class Devices(Object):
    """How to get at node devices."""

    __slots__ = ()

    @call(
        285,
        "connect_list_all_node_devices",
        acl="connect:search_node_devices",
        filter="node_device:getattr",
        wire="need_results: i32 = 1, flags",
        count="u32",
        limit=65536,
    )
    def list_all_node_devices(self, flags: ListAllNodeDevice | u32 = 0) -> list[NodeDevice]:
        """All host devices, or a selection."""

    @call(
        111, "node_num_of_devices", acl="connect:search_node_devices", filter="node_device:getattr"
    )
    def node_num_of_devices(self, cap: Text | None = None, flags: u32 = 0) -> i32:
        """How many host devices have a capability; None for all."""

    @call(
        112,
        "node_list_devices",
        acl="connect:search_node_devices",
        filter="node_device:getattr",
        wire="cap, maxnames: i32 = 16384, flags",
        limit=65536,
    )
    def node_list_devices(self, cap: Text | None = None, flags: u32 = 0) -> list[Text]:
        """Names of the host devices that have a capability; None for all."""

    @call(113, "node_device_lookup_by_name", acl="node_device:getattr")
    def node_device_lookup_by_name(self, name: Text) -> NodeDevice:
        """The host device of that name.  Raises NoNodeDevice."""

    @call(
        123,
        "node_device_create_xml",
        api="virNodeDeviceCreateXML",
        acl=["node_device:write", "node_device:start"],
    )
    def node_device_create_xml(
        self, xml_desc: Text, flags: NodeDeviceCreateXML | u32 = 0
    ) -> NodeDevice:
        """Make a transient host device: a vHBA or mediated device."""

    @call(
        297,
        "node_device_lookup_scsi_host_by_wwn",
        api="virNodeDeviceLookupSCSIHostByWWN",
        acl="node_device:getattr",
    )
    def node_device_lookup_scsi_host_by_wwn(
        self, wwnn: Text, wwpn: Text, flags: u32 = 0
    ) -> NodeDevice:
        """The SCSI host with these world wide names.  Raises NoNodeDevice."""

    @call(428, "node_device_define_xml", api="virNodeDeviceDefineXML", acl="node_device:write")
    def node_device_define_xml(
        self, xml_desc: Text, flags: NodeDeviceDefineXML | u32 = 0
    ) -> NodeDevice:
        """Define a mediated device, or replace its definition."""
