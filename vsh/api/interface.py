# mypy: disable-error-code="empty-body"
"""A network interface of the host."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import Text, i32, u32
    from vsh.words.interface import InterfaceXML


class Interface(Object):
    """A host interface, known by its name."""

    __slots__ = ()
    kind = "Interface"
    fields = ("name", "mac")
    name: Text
    mac: Text

    @call(130, "interface_get_xml_desc", api="virInterfaceGetXMLDesc", acl="interface:read")
    def get_xml_desc(self, flags: InterfaceXML | u32 = 0) -> Text:
        """Its document: live, or with the flag its definition."""

    @call(132, "interface_undefine", acl="interface:delete")
    def undefine(self) -> None:
        """Forget its definition."""

    @call(133, "interface_create", acl="interface:start")
    def create(self, flags: u32 = 0) -> None:
        """Bring it up."""

    @call(134, "interface_destroy", acl="interface:stop")
    def destroy(self, flags: u32 = 0) -> None:
        """Bring it down."""

    @call(156, "interface_is_active", acl="interface:read")
    def is_active(self) -> i32:
        """1 if it is up."""
