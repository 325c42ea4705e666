"""Snapshots and checkpoints of a guest: which there are, taking and redefining them."""

from __future__ import annotations

from vsh.api.checkpoint import Checkpoint
from vsh.api.domain import moments as api
from vsh.api.snapshot import Snapshot
from vsh.drivers.qemu import definitions, live_cpu, moments, snapshot_checks, snapshots
from vsh.drivers.qemu.blocks import bitmaps
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.state import checkpoints, moment_documents
from vsh.drivers.state import snapshots as shared
from vsh.drivers.state.moments_part import MomentsPart
from vsh.errors import (
    InvalidArgument,
    OperationFailed,
    OperationInvalid,
    OperationUnsupported,
    XmlDetail,
)
from vsh.hypervisors.qemu.machine import is_modern
from vsh.words import excludes, requires
from vsh.words.checkpoint import CheckpointCreate
from vsh.words.domain.moments import DomainBackupBegin
from vsh.words.domain.state import DomainState
from vsh.words.snapshot import SnapshotCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.state.moments import Moment
    from vsh.xml.moment.checkpoint import DomainCheckpoint
    from vsh.xml.moment.snapshot import DomainSnapshot

_SNAPSHOT = (
    SnapshotCreate.REDEFINE
    | SnapshotCreate.CURRENT
    | SnapshotCreate.NO_METADATA
    | SnapshotCreate.HALT
    | SnapshotCreate.DISK_ONLY
    | SnapshotCreate.REUSE_EXT
    | SnapshotCreate.QUIESCE
    | SnapshotCreate.ATOMIC
    | SnapshotCreate.LIVE
    | SnapshotCreate.VALIDATE
)


class Moments(QemuPart, MomentsPart, answers=api):
    """Answers about moments."""

    def snapshot_create_xml(self, domain: Domain, xml: str, flags: int = 0) -> Snapshot:
        self.accept(flags, _SNAPSHOT, "qemuSnapshotCreateXML")
        if flags & SnapshotCreate.QUIESCE and not flags & SnapshotCreate.DISK_ONLY:
            raise InvalidArgument.whole(requires(SnapshotCreate.QUIESCE, SnapshotCreate.DISK_ONLY))
        if flags & SnapshotCreate.LIVE and flags & SnapshotCreate.REDEFINE:
            raise InvalidArgument.whole(excludes(SnapshotCreate.LIVE, SnapshotCreate.REDEFINE))
        with self.guests.modify(domain) as guest:
            redefine = bool(flags & SnapshotCreate.REDEFINE)
            off = not guest.active and not is_modern(guest.definition)
            if off and guest.has_checkpoints and not redefine:
                raise OperationUnsupported(
                    "cannot perform block operations while checkpoint exists"
                )
            if not guest.persistent and flags & SnapshotCreate.HALT:
                raise OperationInvalid("cannot halt after transient domain snapshot")
            document = moment_documents.snapshot(
                xml,
                definitions.completed,
                redefine=redefine,
                validate=bool(flags & SnapshotCreate.VALIDATE),
                offline=bool(flags & SnapshotCreate.DISK_ONLY) or not guest.active,
                qemu=True,
                old=not is_modern(guest.definition),
            )
            live_cpu.settle(document)
            _check_snapshot(guest, document, flags)
            if not redefine:
                self._taken(guest, document, flags)
                return Snapshot(domain.connection, document.name, domain)
            moment = shared.redefined(guest, document, flags)
            if flags & SnapshotCreate.NO_METADATA:
                return Snapshot(domain.connection, document.name, domain)
            if flags & SnapshotCreate.CURRENT:
                guest.snapshots.current = moment
            guest.snapshots.link(moment)
            moments.keep(self.hypervisor.state, guest, "snapshot", moment)
            return Snapshot(domain.connection, moment.name, domain)

    def _taken(self, guest: Guest, document: DomainSnapshot, flags: int) -> None:
        """Take a snapshot: what it does and its metadata come to be together, or not at all."""
        tree, state = guest.snapshots, self.hypervisor.state
        kept = not flags & SnapshotCreate.NO_METADATA
        snapshots.describe(guest, document, flags)
        ran = guest.state == DomainState.RUNNING and not snapshot_checks.by_hand(document)
        if kept and tree.find(document.name) is not None:
            raise OperationFailed(f"domain moment {document.name} already exists")
        document.parent = tree.current.name if tree.current is not None else None
        with snapshots.taken(self.hypervisor, guest, document, flags), state.act():
            self.guests.keep(guest)
            before = tree.current
            if before is not None and before.document.revert_disks:
                before.document.revert_disks = []
                moments.keep(state, guest, "snapshot", before)
            if kept:
                moment = tree.current = tree.add(document)
                tree.link(moment)
                moments.keep(state, guest, "snapshot", moment)
            # what is left to do: the guest goes on, or ends
            state.begin_job(
                guest.uuid,
                "snapshot taken",
                {"halt": bool(flags & SnapshotCreate.HALT), "ran": ran},
            )

    def checkpoint_create_xml(self, domain: Domain, xml: str, flags: int = 0) -> Checkpoint:
        known = CheckpointCreate.REDEFINE | CheckpointCreate.REDEFINE_VALIDATE
        self.accept(flags, known, "qemuCheckpointCreateXML")
        redefine = bool(flags & CheckpointCreate.REDEFINE)
        with self.guests.modify(domain) as guest:
            if not redefine and not guest.active:
                raise OperationUnsupported("cannot create checkpoint for inactive domain")
            document = moment_documents.checkpoint(
                xml,
                definitions.completed,
                redefine=redefine,
                qemu=True,
                old=not is_modern(guest.definition),
            )
            _check_name(document.name)
            if redefine:
                if flags & CheckpointCreate.REDEFINE_VALIDATE:
                    moment_documents.prepare_checkpoint(guest, document)
                    if not guest.active:
                        raise OperationInvalid("domain is not running")
                    bitmaps.validate(guest, document)
                moment = checkpoints.redefine(guest, document)
            else:
                moment = self._checkpoint(guest, document)
            guest.checkpoints.link(moment)
            with self.hypervisor.state.act():
                moments.keep(self.hypervisor.state, guest, "checkpoint", moment)
                self.hypervisor.state.end_job(guest.uuid)
            return Checkpoint(domain.connection, moment.name, domain)

    def _checkpoint(self, guest: Guest, document: DomainCheckpoint) -> Moment[DomainCheckpoint]:
        """Make a checkpoint: its bitmaps first, all in one transaction."""
        tree = guest.checkpoints
        document.domain = definitions.in_moment(live_cpu.as_asked(guest))
        moment_documents.align_checkpoint(document)
        bitmaps.check_new(guest, document)
        if tree.find(document.name) is not None:
            raise OperationFailed(f"domain moment {document.name} already exists")
        self.hypervisor.state.begin_job(guest.uuid, "bitmaps", {"name": str(document.name)})
        try:
            guest.ask("transaction", {"actions": bitmaps.actions_of(guest, document)})
        except BaseException:
            self.hypervisor.state.end_job(guest.uuid)
            raise
        document.parent = tree.current.name if tree.current is not None else None
        moment = tree.add(document)
        tree.current = moment
        return moment

    def backup_begin(
        self, domain: Domain, backup_xml: str, checkpoint_xml: str | None = None, flags: int = 0
    ) -> None:
        from vsh.drivers.qemu.blocks import backups

        known = DomainBackupBegin.REUSE_EXTERNAL
        if is_modern(self.guests.find(domain).definition):
            known |= DomainBackupBegin.PRESERVE_SHUTDOWN_DOMAIN
        self.accept(flags, known, "qemuBackupBegin")
        with self.guests.modify(domain) as guest:
            backups.begin(
                self.hypervisor,
                guest,
                backup_xml,
                checkpoint_xml,
                reuse=bool(flags & DomainBackupBegin.REUSE_EXTERNAL),
                preserve=bool(flags & DomainBackupBegin.PRESERVE_SHUTDOWN_DOMAIN),
            )

    def backup_get_xml_desc(self, domain: Domain, flags: int = 0) -> str:
        from vsh.drivers.qemu.blocks import backups

        self.accept(flags, 0, "qemuBackupGetXMLDesc")
        with self.guests.query(domain) as guest:
            return backups.describe(guest)


def _check_snapshot(guest: Guest, document: DomainSnapshot, flags: int) -> None:
    """Refuse what cannot be taken of a guest as it is.  Raises XmlDetail, OperationUnsupported."""
    if not flags & SnapshotCreate.NO_METADATA:
        _check_name(document.name)
    if flags & SnapshotCreate.LIVE and not (guest.active and document.memory == "external"):
        raise OperationUnsupported(
            "live snapshot creation is supported only during full system snapshots"
        )


def _check_name(name: str | None) -> None:
    """Refuse names that libvirt, which makes files of them, refuses.  Raises XmlDetail."""
    if name is None:
        return
    if "/" in name:
        raise XmlDetail(f"invalid snapshot name '{name}': name can't contain '/'")
    if name.startswith("."):
        raise XmlDetail(f"invalid snapshot name '{name}': name can't start with '.'")
