"""What every embedded driver answers about a guest's moments in the same way."""

from __future__ import annotations

from vsh.api.checkpoint import Checkpoint
from vsh.api.snapshot import Snapshot
from vsh.drivers.part import Part
from vsh.drivers.state import checkpoints, snapshots
from vsh.words.checkpoint import CheckpointList
from vsh.words.snapshot import SnapshotList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.drivers.state.guest import Guest
    from vsh.drivers.state.moments import Moment
    from vsh.drivers.state.store import Looking
    from vsh.xml.moment.snapshot import DomainSnapshot


class MomentsPart(Part):
    """Answers about moments that only look."""

    if TYPE_CHECKING:

        @property
        def guests(self) -> Looking[Guest]: ...

    def list_all_checkpoints(self, domain: Domain, flags: int = 0) -> list[Checkpoint]:
        self.accept(flags, 15, self.function("DomainListAllCheckpoints"))
        with self.guests.query(domain) as guest:
            if not guest.has_checkpoints:
                return []
            return checkpoints.listed(
                domain, guest, None, flags, deep=not flags & CheckpointList.ROOTS
            )

    def checkpoint_lookup_by_name(self, domain: Domain, name: str, flags: int = 0) -> Checkpoint:
        self.accept(flags, 0, self.function("DomainCheckpointLookupByName"))
        with self.guests.query(domain) as guest:
            return Checkpoint(domain.connection, checkpoints.named(guest, name).name, domain)

    def snapshot_num(self, domain: Domain, flags: int = 0) -> int:
        return len(self._snapshots(domain, flags, self.function("DomainSnapshotNum")))

    def snapshot_list_names(self, domain: Domain, flags: int = 0) -> list[str]:
        found = self._snapshots(domain, flags, self.function("DomainSnapshotListNames"))
        return [moment.name for moment in found]

    def list_all_snapshots(self, domain: Domain, flags: int = 0) -> list[Snapshot]:
        found = self._snapshots(domain, flags, self.function("DomainListAllSnapshots"))
        return [self._handle(domain, moment) for moment in found]

    def snapshot_lookup_by_name(self, domain: Domain, name: str, flags: int = 0) -> Snapshot:
        self.accept(flags, 0, self.function("DomainSnapshotLookupByName"))
        with self.guests.query(domain) as guest:
            return self._handle(domain, snapshots.named(guest, name))

    def has_current_snapshot(self, domain: Domain, flags: int = 0) -> int:
        self.accept(flags, 0, self.function("DomainHasCurrentSnapshot"))
        with self.guests.query(domain) as guest:
            return int(guest.has_snapshots and guest.snapshots.current is not None)

    def snapshot_current(self, domain: Domain, flags: int = 0) -> Snapshot:
        self.accept(flags, 0, self.function("DomainSnapshotCurrent"))
        with self.guests.query(domain) as guest:
            current = guest.snapshots.current
            if current is None:
                raise snapshots.no_snapshot("the domain does not have a current snapshot")
            return self._handle(domain, current)

    @staticmethod
    def _handle(domain: Domain, moment: Moment[DomainSnapshot]) -> Snapshot:
        return Snapshot(domain.connection, moment.name, domain)

    def _snapshots(self, domain: Domain, flags: int, function: str) -> list[Moment[DomainSnapshot]]:
        self.accept(flags, snapshots.LISTING, function)
        with self.guests.query(domain) as guest:
            if not guest.has_snapshots:
                return []
            return snapshots.listed(
                guest.snapshots, None, flags, deep=not flags & SnapshotList.ROOTS
            )
