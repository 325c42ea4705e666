# mypy: disable-error-code="empty-body"
"""A checkpoint of a domain: where its dirty blocks are counted from."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from vsh.api.domain import Domain
    from vsh.api.types import Text, u32
    from vsh.words.checkpoint import CheckpointDelete, CheckpointList, CheckpointXML
    from vsh.xml.moment.checkpoint import DomainCheckpoint


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

    @property
    def parent(self) -> Checkpoint | None:
        """The checkpoint before it, or None."""
        from vsh.errors import NoCheckpoint

        try:
            return self.get_parent()
        except NoCheckpoint:
            return None

    @property
    def children(self) -> list[Checkpoint]:
        """The checkpoints after it."""
        return self.list_all_children()

    @property
    def xml(self) -> DomainCheckpoint:
        """Its document as a model."""
        from vsh.xml.engine.flags import REDEFINE
        from vsh.xml.engine.reader import read
        from vsh.xml.moment.checkpoint import DomainCheckpoint

        return read(self.get_xml_desc(0), DomainCheckpoint, flags=REDEFINE)

    @property
    def created(self) -> datetime:
        """When it was made, in UTC."""
        from datetime import UTC, datetime

        return datetime.fromtimestamp(self.xml.created or 0, UTC)
