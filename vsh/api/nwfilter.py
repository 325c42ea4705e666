# mypy: disable-error-code="empty-body"
"""A network filter."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import UUID, Text, u32


class Nwfilter(Object):
    """A network filter, known by its UUID."""

    __slots__ = ()
    kind = "Nwfilter"
    fields = ("name", "uuid")
    name: Text
    uuid: UUID

    @call(177, "nwfilter_get_xml_desc", api="virNWFilterGetXMLDesc", acl="nwfilter:read")
    def get_xml_desc(self, flags: u32 = 0) -> Text:
        """Its document."""

    @call(181, "nwfilter_undefine", api="virNWFilterUndefine", acl="nwfilter:delete")
    def undefine(self) -> None:
        """Forget it."""
