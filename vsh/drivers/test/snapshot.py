"""A snapshot: what it is, what is below it, going back to it and dropping it."""

from __future__ import annotations

from vsh.api import snapshot as api
from vsh.drivers.state import snapshots
from vsh.drivers.state.snapshot_part import SnapshotPart
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
from vsh.words.snapshot import SnapshotDelete, SnapshotRevert

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.test.guest import Guest
    from vsh.xml.domain import Domain as Definition

# reasons of states
# details of events


class Snapshot(TestPart, SnapshotPart, answers=api):
    """Answers about a snapshot."""

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
                self._revert_running(guest, definition, str(document.state), flags)
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

    def _revert_running(self, guest: Guest, definition: Definition, state: str, flags: int) -> None:
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

    def _revert_shut_off(self, guest: Guest, definition: Definition, asked: int) -> None:
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
