"""A snapshot: what it is, what is below it, going back to it and dropping it."""

from __future__ import annotations

from vsh.api import snapshot as api
from vsh.drivers.state import moment_documents, snapshots
from vsh.drivers.test import definitions
from vsh.drivers.test.part import TestPart
from vsh.errors import OperationInvalid, SnapshotRevertRisky
from vsh.words.domain.state import (
    DomainPausedReason,
    DomainRunningReason,
    DomainShutoffReason,
    DomainState,
)
from vsh.words.event import (
    DomainEventStartedDetailType,
    DomainEventStoppedDetailType,
    DomainEventSuspendedDetailType,
    DomainEventType,
)
from vsh.words.snapshot import SnapshotDelete, SnapshotList, SnapshotRevert

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.drivers.state.moments import Moment
    from vsh.drivers.test.guest import Guest

# reasons of states
# details of events


class Snapshot(TestPart, answers=api):
    """Answers about a snapshot."""

    def num_children(self, snapshot: api.Snapshot, flags: int = 0) -> int:
        return len(self._snapshots_below(snapshot, flags, "testDomainSnapshotNumChildren"))

    def list_children_names(self, snapshot: api.Snapshot, flags: int = 0) -> list[str]:
        found = self._snapshots_below(snapshot, flags, "testDomainSnapshotListChildrenNames")
        return [moment.name for moment in found]

    def list_all_children(self, snapshot: api.Snapshot, flags: int = 0) -> list[api.Snapshot]:
        found = self._snapshots_below(snapshot, flags, "testDomainSnapshotListAllChildren")
        return [self._handle(snapshot.domain, moment) for moment in found]

    def get_parent(self, snapshot: api.Snapshot, flags: int = 0) -> api.Snapshot:
        self.accept(flags, 0, "testDomainSnapshotGetParent")
        with self.guests.query(snapshot.domain) as guest:
            moment = snapshots.named(guest, snapshot.name)
            parent = moment.document.parent
            if parent is None:
                raise snapshots.no_snapshot(f"snapshot '{moment.name}' does not have a parent")
            return api.Snapshot(snapshot.connection, parent, snapshot.domain)

    def get_xml_desc(self, snapshot: api.Snapshot, flags: int = 0) -> str:
        self.accept(flags, 1, "testDomainSnapshotGetXMLDesc")
        with self.guests.query(snapshot.domain) as guest:
            moment = snapshots.named(guest, snapshot.name)
            return moment_documents.snapshot_text(
                moment.document, guest.uuid, secure=bool(flags & 1)
            )

    def get_is_current(self, snapshot: api.Snapshot, flags: int = 0) -> int:
        self.accept(flags, 0, "testDomainSnapshotIsCurrent")
        with self.guests.query(snapshot.domain) as guest:
            return int(snapshots.named(guest, snapshot.name) is guest.snapshots.current)

    def has_metadata(self, snapshot: api.Snapshot, flags: int = 0) -> int:
        self.accept(flags, 0, "testDomainSnapshotHasMetadata")
        with self.guests.query(snapshot.domain) as guest:
            snapshots.named(guest, snapshot.name)
            return 1

    def revert_to_snapshot(self, snapshot: api.Snapshot, flags: int = 0) -> None:
        self.accept(
            flags,
            SnapshotRevert.RUNNING | SnapshotRevert.PAUSED | SnapshotRevert.FORCE,
            "testDomainRevertToSnapshot",
        )
        with self.guests.modify(snapshot.domain) as guest:
            moment = snapshots.named(guest, snapshot.name)
            document = moment.document
            running = document.state in ("running", "paused")
            asked = flags & (SnapshotRevert.RUNNING | SnapshotRevert.PAUSED)
            if not guest.persistent and not running and not asked:
                raise OperationInvalid(
                    "transient domain needs to request run or pause to revert to inactive snapshot"
                )
            if document.domain is None:
                raise SnapshotRevertRisky(
                    f"snapshot '{moment.name}' lacks domain '{guest.name}' rollback info"
                )
            guest.snapshots.current = None
            definition = definitions.copied(document.domain)
            if running:
                self._revert_running(guest, definition, document.state, flags)
            else:
                self._revert_shut_off(guest, definition, asked)
            guest.snapshots.current = moment

    def delete(self, snapshot: api.Snapshot, flags: int = 0) -> None:
        self.accept(
            flags,
            SnapshotDelete.CHILDREN | SnapshotDelete.CHILDREN_ONLY,
            "testDomainSnapshotDelete",
        )
        with self.guests.modify(snapshot.domain) as guest:
            guest.snapshots.delete(
                snapshots.named(guest, snapshot.name),
                children=bool(flags & SnapshotDelete.CHILDREN),
                only_children=bool(flags & SnapshotDelete.CHILDREN_ONLY),
            )

    def _revert_running(self, guest: Guest, definition: Any, state: str, flags: int) -> None:
        if guest.active:
            self.guests.stop(guest, DomainShutoffReason.FROM_SNAPSHOT)
            self.tell_life(
                guest, DomainEventType.STOPPED, DomainEventStoppedDetailType.FROM_SNAPSHOT
            )
        guest.assign(definition, live=False)
        self.guests.start(guest, DomainRunningReason.FROM_SNAPSHOT)
        self.tell_life(guest, DomainEventType.STARTED, DomainEventStartedDetailType.FROM_SNAPSHOT)
        if not flags & SnapshotRevert.RUNNING and (
            state == "paused" or flags & SnapshotRevert.PAUSED
        ):
            guest.state, guest.reason = DomainState.PAUSED, DomainPausedReason.FROM_SNAPSHOT
            self.tell_life(
                guest, DomainEventType.SUSPENDED, DomainEventSuspendedDetailType.FROM_SNAPSHOT
            )

    def _revert_shut_off(self, guest: Guest, definition: Any, asked: int) -> None:
        guest.assign(definition, live=False)
        if guest.active:
            self.guests.stop(guest, DomainShutoffReason.FROM_SNAPSHOT)
            self.tell_life(
                guest, DomainEventType.STOPPED, DomainEventStoppedDetailType.FROM_SNAPSHOT
            )
        if asked:
            # as libvirt's test driver: events say that the guest starts, and it stays shut off
            self.tell_life(
                guest, DomainEventType.STARTED, DomainEventStartedDetailType.FROM_SNAPSHOT
            )
            if asked & SnapshotRevert.PAUSED:
                self.tell_life(
                    guest, DomainEventType.SUSPENDED, DomainEventSuspendedDetailType.FROM_SNAPSHOT
                )

    @staticmethod
    def _handle(domain: Any, moment: Moment) -> api.Snapshot:
        return api.Snapshot(domain.connection, moment.name, domain)

    def _snapshots_below(self, snapshot: api.Snapshot, flags: int, function: str) -> list[Moment]:
        self.accept(flags, snapshots.LISTING, function)
        with self.guests.query(snapshot.domain) as guest:
            moment = snapshots.named(guest, snapshot.name)
            return snapshots.listed(
                guest.snapshots, moment, flags, deep=bool(flags & SnapshotList.DESCENDANTS)
            )
