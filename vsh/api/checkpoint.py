# mypy: disable-error-code="empty-body"
"""A checkpoint of a domain: where its dirty blocks are counted from."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.api.types import Text, u32


class Checkpoint(Object):
    """A checkpoint, known by its name and its domain."""

    __slots__ = ()
    prefix = "domain_checkpoint_"
    kind = "Checkpoint"
    fields = ("name", "domain")
    name: Text
    domain: Domain

    @call(412, acl=["domain:read", "domain:read_secure:VIR_DOMAIN_CHECKPOINT_XML_SECURE"])
    def get_xml_desc(self, flags: u32 = 0) -> Text:
        """Domain checkpoint get xml desc."""

    @call(414, acl="domain:read", wire="need_results: i32 = 1, flags", count="i32")
    def list_all_children(self, flags: u32 = 0) -> list[Checkpoint]:
        """Domain checkpoint list all children."""

    @call(416, acl="domain:read")
    def get_parent(self, flags: u32 = 0) -> Checkpoint:
        """Domain checkpoint get parent."""

    @call(417, acl="domain:checkpoint")
    def delete(self, flags: u32 = 0) -> None:
        """Domain checkpoint delete."""
