"""What every embedded driver answers about a snapshot in the same way."""

from __future__ import annotations

from vsh.api import snapshot as api
from vsh.drivers.part import Part
from vsh.drivers.state import moment_documents, snapshots
from vsh.words.snapshot import SnapshotList, SnapshotXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.drivers.state.guest import Guest
    from vsh.drivers.state.moments import Moment
    from vsh.drivers.state.store import Looking
    from vsh.xml.moment.snapshot import DomainSnapshot


class SnapshotPart(Part):
    """Answers about a snapshot that only look."""

    if TYPE_CHECKING:

        @property
        def guests(self) -> Looking[Guest]: ...

    def num_children(self, snapshot: api.Snapshot, flags: int = 0) -> int:
        return len(self._snapshots_below(snapshot, flags, "DomainSnapshotNumChildren"))

    def list_children_names(self, snapshot: api.Snapshot, flags: int = 0) -> list[str]:
        found = self._snapshots_below(
            snapshot, flags, self.function("DomainSnapshotListChildrenNames")
        )
        return [moment.name for moment in found]

    def list_all_children(self, snapshot: api.Snapshot, flags: int = 0) -> list[api.Snapshot]:
        found = self._snapshots_below(
            snapshot, flags, self.function("DomainSnapshotListAllChildren")
        )
        return [self._handle(snapshot.domain, moment) for moment in found]

    def get_parent(self, snapshot: api.Snapshot, flags: int = 0) -> api.Snapshot:
        self.accept(flags, 0, self.function("DomainSnapshotGetParent"))
        with self.guests.query(snapshot.domain) as guest:
            moment = snapshots.named(guest, snapshot.name)
            parent = moment.document.parent
            if parent is None:
                raise snapshots.no_snapshot(f"snapshot '{moment.name}' does not have a parent")
            return api.Snapshot(snapshot.connection, parent, snapshot.domain)

    def get_xml_desc(self, snapshot: api.Snapshot, flags: int = 0) -> str:
        self.accept(flags, 1, self.function("DomainSnapshotGetXMLDesc"))
        with self.guests.query(snapshot.domain) as guest:
            moment = snapshots.named(guest, snapshot.name)
            return moment_documents.snapshot_text(
                moment.document, guest.uuid, secure=bool(flags & SnapshotXML.SECURE)
            )

    def get_is_current(self, snapshot: api.Snapshot, flags: int = 0) -> int:
        self.accept(flags, 0, self.function("DomainSnapshotIsCurrent"))
        with self.guests.query(snapshot.domain) as guest:
            return int(snapshots.named(guest, snapshot.name) is guest.snapshots.current)

    def has_metadata(self, snapshot: api.Snapshot, flags: int = 0) -> int:
        self.accept(flags, 0, self.function("DomainSnapshotHasMetadata"))
        with self.guests.query(snapshot.domain) as guest:
            snapshots.named(guest, snapshot.name)
            return 1

    @staticmethod
    def _handle(domain: Domain, moment: Moment[DomainSnapshot]) -> api.Snapshot:
        return api.Snapshot(domain.connection, moment.name, domain)

    def _snapshots_below(
        self, snapshot: api.Snapshot, flags: int, function: str
    ) -> list[Moment[DomainSnapshot]]:
        self.accept(flags, snapshots.LISTING, self.function(function))
        with self.guests.query(snapshot.domain) as guest:
            moment = snapshots.named(guest, snapshot.name)
            return snapshots.listed(
                guest.snapshots, moment, flags, deep=bool(flags & SnapshotList.DESCENDANTS)
            )
