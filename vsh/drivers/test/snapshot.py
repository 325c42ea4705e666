"""A snapshot: what it is, what is below it, going back to it and dropping it."""

from __future__ import annotations

from vsh.api import snapshot as api
from vsh.drivers.test import definitions, moment_documents, snapshots
from vsh.drivers.test.part import STARTED, STOPPED, SUSPENDED, TestPart
from vsh.errors import OperationInvalid, SnapshotRevertRisky
from vsh.words.domain.state import DomainState

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.drivers.state.moments import Moment
    from vsh.drivers.test.guest import Guest

# reasons of states
_SHUTOFF_BY_SNAPSHOT, _RUNNING_BY_SNAPSHOT, _PAUSED_BY_SNAPSHOT = 7, 4, 7
# details of events
_STOPPED, _STARTED, _SUSPENDED = 6, 3, 5
_REVERT_RUNNING, _REVERT_PAUSED, _REVERT_FORCE = 1, 2, 4
_CHILDREN, _ONLY_CHILDREN = 1, 4


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
            flags, _REVERT_RUNNING | _REVERT_PAUSED | _REVERT_FORCE, "testDomainRevertToSnapshot"
        )
        with self.guests.modify(snapshot.domain) as guest:
            moment = snapshots.named(guest, snapshot.name)
            document = moment.document
            running = document.state in ("running", "paused")
            asked = flags & (_REVERT_RUNNING | _REVERT_PAUSED)
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
        self.accept(flags, _CHILDREN | _ONLY_CHILDREN, "testDomainSnapshotDelete")
        with self.guests.modify(snapshot.domain) as guest:
            guest.snapshots.delete(
                snapshots.named(guest, snapshot.name),
                children=bool(flags & _CHILDREN),
                only_children=bool(flags & _ONLY_CHILDREN),
            )

    def _revert_running(self, guest: Guest, definition: Any, state: str, flags: int) -> None:
        if guest.active:
            self.guests.stop(guest, _SHUTOFF_BY_SNAPSHOT)
            self.tell_life(guest, STOPPED, _STOPPED)
        guest.assign(definition, live=False)
        self.guests.start(guest, _RUNNING_BY_SNAPSHOT)
        self.tell_life(guest, STARTED, _STARTED)
        if not flags & _REVERT_RUNNING and (state == "paused" or flags & _REVERT_PAUSED):
            guest.state, guest.reason = DomainState.PAUSED, _PAUSED_BY_SNAPSHOT
            self.tell_life(guest, SUSPENDED, _SUSPENDED)

    def _revert_shut_off(self, guest: Guest, definition: Any, asked: int) -> None:
        guest.assign(definition, live=False)
        if guest.active:
            self.guests.stop(guest, _SHUTOFF_BY_SNAPSHOT)
            self.tell_life(guest, STOPPED, _STOPPED)
        if asked:
            # as libvirt's test driver: events say that the guest starts, and it stays shut off
            self.tell_life(guest, STARTED, _STARTED)
            if asked & _REVERT_PAUSED:
                self.tell_life(guest, SUSPENDED, _SUSPENDED)

    @staticmethod
    def _handle(domain: Any, moment: Moment) -> api.Snapshot:
        return api.Snapshot(domain.connection, moment.name, domain)

    def _snapshots_below(self, snapshot: api.Snapshot, flags: int, function: str) -> list[Moment]:
        self.accept(flags, snapshots.LISTING, function)
        with self.guests.query(snapshot.domain) as guest:
            moment = snapshots.named(guest, snapshot.name)
            return snapshots.listed(
                guest.snapshots, moment, flags, deep=bool(flags & snapshots.ROOTS)
            )
