# mypy: disable-error-code="empty-body"
"""A device of the host."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import Text, i32, u32
    from vsh.words.node_device import NodeDeviceUpdate, NodeDeviceXML


class NodeDevice(Object):
    """A host device, known by its name."""

    __slots__ = ()
    kind = "NodeDevice"
    fields = ("name",)
    name: Text

    @call(114, "node_device_get_xml_desc", api="virNodeDeviceGetXMLDesc", acl="node_device:read")
    def get_xml_desc(self, flags: NodeDeviceXML | u32 = 0) -> Text:
        """Its document: live, or with the flag its definition."""

    @call(115, "node_device_get_parent", acl="node_device:read")
    def get_parent(self) -> Text | None:
        """Name of its parent; None for the root."""

    @call(116, "node_device_num_of_caps", acl="node_device:read")
    def num_of_caps(self) -> i32:
        """How many capabilities it has."""

    @call(
        117,
        "node_device_list_caps",
        acl="node_device:read",
        wire="maxnames: i32 = 16384",
        limit=65536,
    )
    def list_caps(self) -> list[Text]:
        """Names of its capabilities."""

    @call(118, "node_device_dettach", acl="node_device:detach")
    def dettach(self) -> None:
        """Take it from its driver in the host, for use by guests."""

    @call(119, "node_device_re_attach", acl="node_device:detach")
    def re_attach(self) -> None:
        """Give it back to its driver in the host."""

    @call(120, "node_device_reset", acl="node_device:detach")
    def reset(self) -> None:
        """Reset it."""

    @call(124, "node_device_destroy", acl="node_device:stop")
    def destroy(self) -> None:
        """Remove it from the host."""

    @call(301, "node_device_detach_flags", acl="node_device:detach")
    def detach_flags(self, driverName: Text | None = None, flags: u32 = 0) -> None:
        """Take it from its driver in the host and give it to another; None for the default."""

    @call(429, "node_device_undefine", acl="node_device:delete")
    def undefine(self, flags: u32 = 0) -> None:
        """Forget its definition."""

    @call(430, "node_device_create", acl="node_device:start")
    def create(self, flags: u32 = 0) -> None:
        """Start a defined mediated device."""

    @call(433, "node_device_get_autostart", acl="node_device:read")
    def get_autostart(self) -> i32:
        """1 if it is started with the host."""

    @call(434, "node_device_set_autostart", acl="node_device:write")
    def set_autostart(self, autostart: i32) -> None:
        """Start it with the host (1), or do not (0)."""

    @call(435, "node_device_is_persistent", acl="node_device:read")
    def is_persistent(self) -> i32:
        """1 if it has a definition."""

    @call(436, "node_device_is_active", acl="node_device:read")
    def is_active(self) -> i32:
        """1 if it is there."""

    @call(
        447,
        "node_device_update",
        acl=[
            "node_device:write",
            (
                "node_device:save:!VIR_NODE_DEVICE_UPDATE_AFFECT_CONFIG"
                "|VIR_NODE_DEVICE_UPDATE_AFFECT_LIVE"
            ),
            "node_device:save:VIR_NODE_DEVICE_UPDATE_AFFECT_CONFIG",
        ],
    )
    def update(self, xml_desc: Text, flags: NodeDeviceUpdate | u32 = 0) -> None:
        """Change a mediated device, live, in the definition, or both."""
