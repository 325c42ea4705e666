"""A snapshot: what it is, what is below it, going back to it and dropping it."""

from __future__ import annotations

from vsh.api import snapshot as api
from vsh.drivers.qemu import deleting, going_back
from vsh.drivers.qemu.blocks import reverting
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.state import snapshots as shared
from vsh.drivers.state.snapshot_part import SnapshotPart
from vsh.errors import OperationInvalid, SnapshotRevertRisky
from vsh.words.event import DomainEventDefinedDetailType, DomainEventType
from vsh.words.snapshot import SnapshotDelete, SnapshotRevert


class Snapshot(QemuPart, SnapshotPart, answers=api):
    """Answers about a snapshot."""

    def revert_to_snapshot(self, snapshot: api.Snapshot, flags: int = 0) -> None:
        known = (
            SnapshotRevert.RUNNING
            | SnapshotRevert.PAUSED
            | SnapshotRevert.FORCE
            | SnapshotRevert.RESET_NVRAM
        )
        self.accept(flags, known, "qemuDomainRevertToSnapshot")
        with self.guests.modify(snapshot.domain) as guest:
            moment = shared.named(guest, snapshot.name)
            document = moment.document
            online = document.state in ("running", "paused")
            asked = flags & (SnapshotRevert.RUNNING | SnapshotRevert.PAUSED)
            if not guest.persistent and not online and not asked:
                raise OperationInvalid(
                    "transient domain needs to request run or pause to revert to inactive snapshot"
                )
            if guest.managed_save and not online and not flags & SnapshotRevert.FORCE:
                raise SnapshotRevertRisky(
                    "snapshot without memory state, removal of existing managed saved state "
                    "strongly recommended to avoid corruption"
                )
            if document.external:
                running = bool(flags & SnapshotRevert.RUNNING)
                paused = bool(flags & SnapshotRevert.PAUSED)
                reverting.revert(self.hypervisor, guest, moment, running=running, paused=paused)
                if guest.persistent:
                    self.tell_life(
                        guest, DomainEventType.DEFINED, DomainEventDefinedDetailType.FROM_SNAPSHOT
                    )
                return
            going_back.revert(self.hypervisor, guest, moment, flags)

    def delete(self, snapshot: api.Snapshot, flags: int = 0) -> None:
        known = (
            SnapshotDelete.CHILDREN | SnapshotDelete.METADATA_ONLY | SnapshotDelete.CHILDREN_ONLY
        )
        self.accept(flags, known, "qemuDomainSnapshotDelete")
        with self.guests.modify(snapshot.domain) as guest:
            moment = shared.named(guest, snapshot.name)
            deleting.delete(self.hypervisor, guest, moment, flags)
