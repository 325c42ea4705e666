# mypy: disable-error-code="empty-body"
"""A device of the host."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import Text, i32, u32


class NodeDevice(Object):
    """A host device, known by its name."""

    __slots__ = ()
    prefix = "node_device_"
    kind = "NodeDevice"
    fields = ("name",)
    name: Text

    @call(114, acl="node_device:read")
    def get_xml_desc(self, flags: u32 = 0) -> Text:
        """Node device get xml desc."""

    @call(115, acl="node_device:read")
    def get_parent(self) -> Text | None:
        """Node device get parent."""

    @call(116, acl="node_device:read")
    def num_of_caps(self) -> i32:
        """Node device num of caps."""

    @call(117, acl="node_device:read", wire="maxnames: i32 = 16384", limit=65536)
    def list_caps(self) -> list[Text]:
        """Node device list caps."""

    @call(118, acl="node_device:detach")
    def dettach(self) -> None:
        """Node device dettach."""

    @call(119, acl="node_device:detach")
    def re_attach(self) -> None:
        """Node device re attach."""

    @call(120, acl="node_device:detach")
    def reset(self) -> None:
        """Node device reset."""

    @call(124, acl="node_device:stop")
    def destroy(self) -> None:
        """Node device destroy."""

    @call(301, acl="node_device:detach")
    def detach_flags(self, driverName: Text | None = None, flags: u32 = 0) -> None:
        """Node device detach flags."""

    @call(429, acl="node_device:delete")
    def undefine(self, flags: u32 = 0) -> None:
        """Node device undefine."""

    @call(430, acl="node_device:start")
    def create(self, flags: u32 = 0) -> None:
        """Node device create."""

    @call(433, acl="node_device:read")
    def get_autostart(self) -> i32:
        """Node device get autostart."""

    @call(434, acl="node_device:write")
    def set_autostart(self, autostart: i32) -> None:
        """Node device set autostart."""

    @call(435, acl="node_device:read")
    def is_persistent(self) -> i32:
        """Node device is persistent."""

    @call(436, acl="node_device:read")
    def is_active(self) -> i32:
        """Node device is active."""

    @call(
        447,
        acl=[
            "node_device:write",
            "node_device:save:!VIR_NODE_DEVICE_UPDATE_AFFECT_CONFIG|VIR_NODE_DEVICE_UPDATE_AFFECT_LIVE",
            "node_device:save:VIR_NODE_DEVICE_UPDATE_AFFECT_CONFIG",
        ]
    )
    def update(self, xml_desc: Text, flags: u32 = 0) -> None:
        """Node device update."""
