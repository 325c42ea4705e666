# mypy: disable-error-code="empty-body"
"""A checkpoint of a domain: where its dirty blocks are counted from."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.api.types import Text, u32
    from vsh.words.checkpoint import CheckpointDelete, CheckpointList, CheckpointXML


class Checkpoint(Object):
    """A checkpoint, known by its name and its domain."""

    __slots__ = ()
    kind = "Checkpoint"
    fields = ("name", "domain")
    name: Text
    domain: Domain

    @call(
        412,
        "domain_checkpoint_get_xml_desc",
        api="virDomainCheckpointGetXMLDesc",
        acl=["domain:read", "domain:read_secure:VIR_DOMAIN_CHECKPOINT_XML_SECURE"],
        secure=("SECURE",),
    )
    def get_xml_desc(self, flags: CheckpointXML | u32 = 0) -> Text:
        """Its document."""

    @call(
        414,
        "domain_checkpoint_list_all_children",
        acl="domain:read",
        wire="need_results: i32 = 1, flags",
        count="i32",
    )
    def list_all_children(self, flags: CheckpointList | u32 = 0) -> list[Checkpoint]:
        """Its children."""

    @call(416, "domain_checkpoint_get_parent", acl="domain:read")
    def get_parent(self, flags: u32 = 0) -> Checkpoint:
        """Its parent.  Raises NoCheckpoint if it is a root."""

    @call(
        417,
        "domain_checkpoint_delete",
        acl="domain:checkpoint",
        exclusive=[("CHILDREN", "CHILDREN_ONLY")],
    )
    def delete(self, flags: CheckpointDelete | u32 = 0) -> None:
        """Delete it; its parent takes over what it has tracked."""
