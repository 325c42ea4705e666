"""A snapshot: what it is, what is below it, going back to it and dropping it."""

from __future__ import annotations

from vsh.api import snapshot as api
from vsh.drivers.qemu import moments, snapshots
from vsh.drivers.qemu.blocks import merging, reverting
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.state import snapshots as shared
from vsh.drivers.state.snapshot_part import SnapshotPart
from vsh.errors import OperationInvalid
from vsh.words.snapshot import SnapshotDelete, SnapshotRevert


class Snapshot(QemuPart, SnapshotPart, answers=api):
    """Answers about a snapshot."""

    def revert_to_snapshot(self, snapshot: api.Snapshot, flags: int = 0) -> None:
        known = SnapshotRevert.RUNNING | SnapshotRevert.PAUSED | SnapshotRevert.FORCE
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
            running = bool(flags & SnapshotRevert.RUNNING)
            paused = bool(flags & SnapshotRevert.PAUSED)
            if document.external:
                reverting.revert(self.hypervisor, guest, moment, running=running, paused=paused)
                return
            snapshots.revert(self.hypervisor, guest, moment, running=running, paused=paused)
            guest.snapshots.current = moment
            moments.keep_current(self.hypervisor.state, guest, "snapshot")

    def delete(self, snapshot: api.Snapshot, flags: int = 0) -> None:
        known = (
            SnapshotDelete.CHILDREN | SnapshotDelete.METADATA_ONLY | SnapshotDelete.CHILDREN_ONLY
        )
        self.accept(flags, known, "qemuDomainSnapshotDelete")
        with self.guests.modify(snapshot.domain) as guest:
            tree = guest.snapshots
            moment = shared.named(guest, snapshot.name)
            document = moment.document
            deep = bool(flags & (SnapshotDelete.CHILDREN | SnapshotDelete.CHILDREN_ONLY))
            going = list(moment.descendants()) if deep else []
            if not flags & SnapshotDelete.CHILDREN_ONLY:
                going.append(moment)
            moved = [] if deep else list(moment.children)
            if not flags & SnapshotDelete.METADATA_ONLY:
                merging.check(guest, moment, flags)
                for each in reversed(going):
                    snapshots.discard(self.hypervisor, guest, each)
            tree.delete(
                moment,
                children=bool(flags & SnapshotDelete.CHILDREN),
                only_children=bool(flags & SnapshotDelete.CHILDREN_ONLY),
            )
            names = [each.name for each in going]
            with self.hypervisor.state.act():
                moments.drop(self.hypervisor.state, guest, "snapshot", names, moved)
                if document.external and not flags & SnapshotDelete.METADATA_ONLY:
                    for each in moved:
                        moments.keep(self.hypervisor.state, guest, "snapshot", each)
