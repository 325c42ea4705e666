"""Snapshots and checkpoints of a guest: which there are, making and redefining them."""

from __future__ import annotations

from vsh.api.checkpoint import Checkpoint
from vsh.api.domain import moments
from vsh.api.snapshot import Snapshot
from vsh.drivers.state import checkpoints, moment_documents, snapshots
from vsh.drivers.test import definitions
from vsh.drivers.test.hypervisor import STATE_WORDS
from vsh.drivers.test.part import TestPart
from vsh.errors import OperationInvalid, OperationUnsupported
from vsh.words.checkpoint import CheckpointCreate, CheckpointList
from vsh.words.domain.state import DomainShutoffReason, DomainState
from vsh.words.event import DomainEventStoppedDetailType, DomainEventType
from vsh.words.snapshot import SnapshotCreate, SnapshotList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.drivers.state.moments import Moment
    from vsh.drivers.test.guest import Guest

# virSnapshotCreateFlags
SNAPSHOT_CREATE = (
    SnapshotCreate.REDEFINE
    | SnapshotCreate.CURRENT
    | SnapshotCreate.HALT
    | SnapshotCreate.QUIESCE
    | SnapshotCreate.ATOMIC
    | SnapshotCreate.LIVE
    | SnapshotCreate.VALIDATE
)


class Moments(TestPart, answers=moments):
    """Answers about moments."""

    def list_all_checkpoints(self, domain: Domain, flags: int = 0) -> list[Checkpoint]:
        self.accept(flags, 15, "testDomainListAllCheckpoints")
        with self.guests.query(domain) as guest:
            if not guest.has_checkpoints:
                return []
            return checkpoints.listed(
                domain, guest, None, flags, deep=not flags & CheckpointList.ROOTS
            )

    def checkpoint_lookup_by_name(self, domain: Domain, name: str, flags: int = 0) -> Checkpoint:
        self.accept(flags, 0, "testDomainCheckpointLookupByName")
        with self.guests.query(domain) as guest:
            return Checkpoint(domain.connection, checkpoints.named(guest, name).name, domain)

    def checkpoint_create_xml(self, domain: Domain, xml: str, flags: int = 0) -> Checkpoint:
        self.accept(
            flags,
            CheckpointCreate.REDEFINE | CheckpointCreate.QUIESCE,
            "testDomainCheckpointCreateXML",
        )
        with self.guests.modify(domain) as guest:
            if guest.has_snapshots:
                raise OperationUnsupported("cannot create checkpoint while snapshot exists")
            if not guest.active:
                raise OperationUnsupported("cannot create checkpoint for inactive domain")
            redefine = bool(flags & CheckpointCreate.REDEFINE)
            document = moment_documents.checkpoint(xml, definitions.completed, redefine=redefine)
            if redefine:
                moment = checkpoints.redefine(guest, document)
            else:
                copy = definitions.copied(guest.definition)
                moment = checkpoints.create(guest, document, copy)
            guest.checkpoints.link(moment)
            return Checkpoint(domain.connection, moment.name, domain)

    def snapshot_num(self, domain: Domain, flags: int = 0) -> int:
        return len(self._snapshots(domain, flags, "testDomainSnapshotNum"))

    def snapshot_list_names(self, domain: Domain, flags: int = 0) -> list[str]:
        found = self._snapshots(domain, flags, "testDomainSnapshotListNames")
        return [moment.name for moment in found]

    def list_all_snapshots(self, domain: Domain, flags: int = 0) -> list[Snapshot]:
        found = self._snapshots(domain, flags, "testDomainListAllSnapshots")
        return [self._handle(domain, moment) for moment in found]

    def snapshot_lookup_by_name(self, domain: Domain, name: str, flags: int = 0) -> Snapshot:
        self.accept(flags, 0, "testDomainSnapshotLookupByName")
        with self.guests.query(domain) as guest:
            return self._handle(domain, snapshots.named(guest, name))

    def has_current_snapshot(self, domain: Domain, flags: int = 0) -> int:
        self.accept(flags, 0, "testDomainHasCurrentSnapshot")
        with self.guests.query(domain) as guest:
            return int(guest.has_snapshots and guest.snapshots.current is not None)

    def snapshot_current(self, domain: Domain, flags: int = 0) -> Snapshot:
        self.accept(flags, 0, "testDomainSnapshotCurrent")
        with self.guests.query(domain) as guest:
            current = guest.snapshots.current
            if current is None:
                raise snapshots.no_snapshot("the domain does not have a current snapshot")
            return self._handle(domain, current)

    def snapshot_create_xml(self, domain: Domain, xml: str, flags: int = 0) -> Snapshot:
        self.accept(flags, SNAPSHOT_CREATE, "testDomainSnapshotCreateXML")
        with self.guests.modify(domain) as guest:
            if guest.has_checkpoints:
                raise OperationUnsupported("cannot create snapshot while checkpoint exists")
            if not guest.persistent and flags & SnapshotCreate.HALT:
                raise OperationInvalid("cannot halt after transient domain snapshot")
            document = moment_documents.snapshot(
                xml,
                definitions.completed,
                redefine=bool(flags & SnapshotCreate.REDEFINE),
                validate=bool(flags & SnapshotCreate.VALIDATE),
            )
            if flags & SnapshotCreate.REDEFINE:
                moment = snapshots.redefined(guest, document, flags)
            else:
                moment = self._taken(guest, document, flags)
            if not flags & SnapshotCreate.REDEFINE or flags & SnapshotCreate.CURRENT:
                guest.snapshots.current = moment
            guest.snapshots.link(moment)
            return self._handle(domain, moment)

    def _taken(self, guest: Guest, document: Any, flags: int) -> Moment:
        tree = guest.snapshots
        document.domain = definitions.copied(guest.definition)
        if any(disk.snapshot == "manual" for disk in document.disks or ()):
            raise OperationUnsupported("'manual' snapshot mode is not supported by the test driver")
        document.state = STATE_WORDS[guest.state]
        if document.memory != "external":
            document.memory = "no" if guest.state == DomainState.SHUTOFF else "internal"
        moment_documents.align_snapshot(
            document, "external" if document.memory == "external" else "internal"
        )
        moment = tree.add(document)
        document.parent = tree.current.name if tree.current is not None else None
        if flags & SnapshotCreate.HALT and guest.active:
            self.guests.stop(guest, DomainShutoffReason.FROM_SNAPSHOT)
            self.tell_life(
                guest, DomainEventType.STOPPED, DomainEventStoppedDetailType.FROM_SNAPSHOT
            )
        return moment

    @staticmethod
    def _handle(domain: Domain, moment: Moment) -> Snapshot:
        return Snapshot(domain.connection, moment.name, domain)

    def _snapshots(self, domain: Domain, flags: int, function: str) -> list[Moment]:
        self.accept(flags, snapshots.LISTING, function)
        with self.guests.query(domain) as guest:
            if not guest.has_snapshots:
                return []
            return snapshots.listed(
                guest.snapshots, None, flags, deep=not flags & SnapshotList.ROOTS
            )
