"""Snapshots and checkpoints of a guest: which there are, taking and redefining them."""

from __future__ import annotations

from vsh.api.checkpoint import Checkpoint
from vsh.api.domain import moments as api
from vsh.api.snapshot import Snapshot
from vsh.drivers.qemu import definitions, moments, snapshots
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.state import checkpoints, moment_documents
from vsh.drivers.state import snapshots as shared
from vsh.drivers.state.moments_part import MomentsPart
from vsh.errors import OperationInvalid, OperationUnsupported, XmlDetail
from vsh.words.checkpoint import CheckpointCreate
from vsh.words.snapshot import SnapshotCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.state.moments import Moment
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
        with self.guests.modify(domain) as guest:
            if guest.has_checkpoints:
                raise OperationUnsupported(
                    "cannot perform block operations while checkpoint exists"
                )
            if not guest.persistent and flags & SnapshotCreate.HALT:
                raise OperationInvalid("cannot halt after transient domain snapshot")
            redefine = bool(flags & SnapshotCreate.REDEFINE)
            document = moment_documents.snapshot(
                xml,
                definitions.completed,
                redefine=redefine,
                validate=bool(flags & SnapshotCreate.VALIDATE),
                cookie=True,
            )
            _check_name(document.name)
            if redefine:
                moment = shared.redefined(guest, document, flags)
            else:
                moment = self._taken(guest, document, flags)
            if flags & SnapshotCreate.NO_METADATA:
                return Snapshot(domain.connection, document.name, domain)
            if not redefine or flags & SnapshotCreate.CURRENT:
                guest.snapshots.current = moment
            guest.snapshots.link(moment)
            moments.keep(self.hypervisor.state, guest, "snapshot", moment)
            return Snapshot(domain.connection, moment.name, domain)

    def _taken(self, guest: Guest, document: DomainSnapshot, flags: int) -> Moment[DomainSnapshot]:
        tree = guest.snapshots
        if tree.find(document.name) is not None:
            raise OperationInvalid(f"domain moment {document.name} already exists")
        document.parent = tree.current.name if tree.current is not None else None
        snapshots.describe(guest, document, flags)
        snapshots.take(self.hypervisor, guest, document, flags)
        if flags & SnapshotCreate.NO_METADATA:
            from vsh.drivers.state.moments import Moment

            return Moment(document)
        return tree.add(document)

    def checkpoint_create_xml(self, domain: Domain, xml: str, flags: int = 0) -> Checkpoint:
        known = CheckpointCreate.REDEFINE | CheckpointCreate.QUIESCE
        self.accept(flags, known, "qemuCheckpointCreateXML")
        with self.guests.modify(domain) as guest:
            if guest.has_snapshots:
                raise OperationUnsupported("cannot create checkpoint while snapshot exists")
            if not guest.active:
                raise OperationUnsupported("cannot create checkpoint for inactive domain")
            redefine = bool(flags & CheckpointCreate.REDEFINE)
            document = moment_documents.checkpoint(xml, definitions.completed, redefine=redefine)
            _check_name(document.name)
            if not redefine:
                raise OperationUnsupported("bitmaps are not made by this driver yet")
            moment = checkpoints.redefine(guest, document)
            guest.checkpoints.link(moment)
            moments.keep(self.hypervisor.state, guest, "checkpoint", moment)
            return Checkpoint(domain.connection, moment.name, domain)


def _check_name(name: str | None) -> None:
    """Refuse names that libvirt, which makes files of them, refuses.  Raises XmlDetail."""
    if name is None:
        return
    if "/" in name:
        raise XmlDetail(f"invalid snapshot name '{name}': name can't contain '/'")
    if name.startswith("."):
        raise XmlDetail(f"invalid snapshot name '{name}': name can't start with '.'")
