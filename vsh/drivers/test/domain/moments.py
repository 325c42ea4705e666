"""Snapshots and checkpoints of a guest: which there are, making and redefining them."""

from __future__ import annotations

from vsh.api.checkpoint import Checkpoint
from vsh.api.domain import moments
from vsh.api.snapshot import Snapshot
from vsh.drivers.state import checkpoints, moment_documents, snapshots
from vsh.drivers.state.moments_part import MomentsPart
from vsh.drivers.test import definitions
from vsh.drivers.test.hypervisor import STATE_WORDS
from vsh.drivers.test.part import TestPart
from vsh.errors import OperationInvalid, OperationUnsupported
from vsh.words.checkpoint import CheckpointCreate
from vsh.words.domain.state import DomainShutoffReason, DomainState
from vsh.words.event import DomainEventStoppedDetailType, DomainEventType
from vsh.words.snapshot import SnapshotCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.drivers.state.moments import Moment
    from vsh.drivers.test.guest import Guest
    from vsh.xml.moment.snapshot import DomainSnapshot

SNAPSHOT_CREATE = (
    SnapshotCreate.REDEFINE
    | SnapshotCreate.CURRENT
    | SnapshotCreate.HALT
    | SnapshotCreate.QUIESCE
    | SnapshotCreate.ATOMIC
    | SnapshotCreate.LIVE
    | SnapshotCreate.VALIDATE
)


class Moments(TestPart, MomentsPart, answers=moments):
    """Answers about moments."""

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

    def _taken(self, guest: Guest, document: DomainSnapshot, flags: int) -> Moment[DomainSnapshot]:
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
