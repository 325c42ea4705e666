# mypy: disable-error-code="empty-body"
"""The binding of a network filter to a port device."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import Text, u32


class NwfilterBinding(Object):
    """A binding, known by the port device."""

    __slots__ = ()
    kind = "NwfilterBinding"
    fields = ("portdev", "filtername")
    portdev: Text
    filtername: Text

    @call(
        398,
        "nwfilter_binding_get_xml_desc",
        api="virNWFilterBindingGetXMLDesc",
        acl="nwfilter_binding:read",
    )
    def get_xml_desc(self, flags: u32 = 0) -> Text:
        """Its document."""

    @call(
        400,
        "nwfilter_binding_delete",
        api="virNWFilterBindingDelete",
        acl="nwfilter_binding:delete",
    )
    def delete(self) -> None:
        """Take the filter off the port device."""
