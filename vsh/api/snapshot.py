# mypy: disable-error-code="empty-body"
"""A snapshot of a domain."""

from __future__ import annotations

from vsh.api._call import Object, call

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import datetime

    from vsh.api.domain import Domain
    from vsh.api.types import Text, i32, u32
    from vsh.words.snapshot import SnapshotDelete, SnapshotList, SnapshotRevert, SnapshotXML
    from vsh.xml.moment.snapshot import DomainSnapshot


class Snapshot(Object):
    """A snapshot, known by its name and its domain."""

    __slots__ = ()
    kind = "Snapshot"
    fields = ("name", "domain")
    name: Text
    domain: Domain

    @call(
        186,
        "domain_snapshot_get_xml_desc",
        api="virDomainSnapshotGetXMLDesc",
        acl=["domain:read", "domain:read_secure:VIR_DOMAIN_SNAPSHOT_XML_SECURE"],
        secure=("SECURE",),
    )
    def get_xml_desc(self, flags: SnapshotXML | u32 = 0) -> Text:
        """Its document."""

    @call(
        193,
        "domain_snapshot_delete",
        acl="domain:snapshot",
        exclusive=[("CHILDREN", "CHILDREN_ONLY")],
    )
    def delete(self, flags: SnapshotDelete | u32 = 0) -> None:
        """Delete it; its children become children of its parent."""

    @call(244, "domain_snapshot_get_parent", acl="domain:read")
    def get_parent(self, flags: u32 = 0) -> Snapshot:
        """Its parent.  Raises NoSnapshot if it is a root."""

    @call(246, "domain_snapshot_num_children", acl="domain:read")
    def num_children(self, flags: SnapshotList | u32 = 0) -> i32:
        """How many children it has."""

    @call(
        247,
        "domain_snapshot_list_children_names",
        acl="domain:read",
        wire="maxnames: i32 = 16384, flags",
    )
    def list_children_names(self, flags: SnapshotList | u32 = 0) -> list[Text]:
        """Names of its children."""

    @call(271, "domain_snapshot_is_current", acl="domain:read")
    def get_is_current(self, flags: u32 = 0) -> i32:
        """1 if it is the domain's current snapshot."""

    @call(272, "domain_snapshot_has_metadata", acl="domain:read")
    def has_metadata(self, flags: u32 = 0) -> i32:
        """1 if libvirt keeps a record of it that would be lost with the domain."""

    @call(
        275,
        "domain_snapshot_list_all_children",
        acl="domain:read",
        wire="need_results: i32 = 1, flags",
        count="i32",
    )
    def list_all_children(self, flags: SnapshotList | u32 = 0) -> list[Snapshot]:
        """Its children."""

    @call(
        192, "domain_revert_to_snapshot", acl="domain:snapshot", exclusive=[("RUNNING", "PAUSED")]
    )
    def revert_to_snapshot(self, flags: SnapshotRevert | u32 = 0) -> None:
        """Bring the domain back to it."""

    @property
    def parent(self) -> Snapshot | None:
        """The snapshot that it was taken upon, or None."""
        from vsh.errors import NoSnapshot

        try:
            return self.get_parent()
        except NoSnapshot:
            return None

    @property
    def children(self) -> list[Snapshot]:
        """The snapshots that were taken upon it."""
        return self.list_all_children()

    @property
    def is_current(self) -> bool:
        """Whether the domain's present state comes from it."""
        return bool(self.get_is_current())

    @property
    def xml(self) -> DomainSnapshot:
        """Its document as a model."""
        from vsh.xml.engine.flags import REDEFINE
        from vsh.xml.engine.reader import read
        from vsh.xml.moment.snapshot import DomainSnapshot

        return read(self.get_xml_desc(0), DomainSnapshot, flags=REDEFINE)

    @property
    def created(self) -> datetime:
        """When it was taken, in UTC."""
        from datetime import UTC, datetime

        return datetime.fromtimestamp(self.xml.created or 0, UTC)

    @property
    def description(self) -> str | None:
        """Its description, or None."""
        return self.xml.description or None

    @property
    def state(self) -> str | None:
        """What the domain was doing: "running", "shutoff", "disk-snapshot" ..."""
        state: str | None = self.xml.state
        return state

    def revert(self) -> None:
        """Bring the domain back to it."""
        self.revert_to_snapshot(0)
