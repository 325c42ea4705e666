# mypy: disable-error-code="empty-body"
"""A secret: a passphrase or key that libvirt keeps."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.types import UUID, Blob, Text, i32, u32


class Secret(Object):
    """A secret, known by its UUID."""

    __slots__ = ()
    kind = "Secret"
    fields = ("uuid", "usageType", "usageID")
    uuid: UUID
    usageType: i32
    usageID: Text

    @call(143, "secret_get_xml_desc", api="virSecretGetXMLDesc", acl="secret:read")
    def get_xml_desc(self, flags: u32 = 0) -> Text:
        """Its document, without its value."""

    @call(144, "secret_set_value", acl="secret:write", limit=65536)
    def set_value(self, value: Blob, flags: u32 = 0) -> None:
        """Set its value; 64 KiB at most."""

    @call(145, "secret_get_value", acl="secret:read_secure", limit=65536, readonly=False)
    def get_value(self, flags: u32 = 0) -> Blob:
        """Its value; a private one is not told."""

    @call(146, "secret_undefine", acl="secret:delete")
    def undefine(self) -> None:
        """Forget it and its value."""
