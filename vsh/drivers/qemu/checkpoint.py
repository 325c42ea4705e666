"""A checkpoint: what it is, what is below it, and dropping it."""

from __future__ import annotations

from vsh.api import checkpoint as api
from vsh.drivers.qemu import moments
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.state import checkpoints
from vsh.drivers.state.checkpoint_part import CheckpointPart
from vsh.words.checkpoint import CheckpointDelete


class Checkpoint(QemuPart, CheckpointPart, answers=api):
    """Answers about a checkpoint."""

    def delete(self, checkpoint: api.Checkpoint, flags: int = 0) -> None:
        known = (
            CheckpointDelete.CHILDREN
            | CheckpointDelete.METADATA_ONLY
            | CheckpointDelete.CHILDREN_ONLY
        )
        self.accept(flags, known, "qemuCheckpointDelete")
        with self.guests.modify(checkpoint.domain) as guest:
            tree = guest.checkpoints
            moment = checkpoints.named(guest, checkpoint.name)
            deep = bool(flags & (CheckpointDelete.CHILDREN | CheckpointDelete.CHILDREN_ONLY))
            going = [each.name for each in moment.descendants()] if deep else []
            if not flags & CheckpointDelete.CHILDREN_ONLY:
                going.append(moment.name)
            moved = [] if deep else list(moment.children)
            tree.delete(
                moment,
                children=bool(flags & CheckpointDelete.CHILDREN),
                only_children=bool(flags & CheckpointDelete.CHILDREN_ONLY),
            )
            moments.drop(self.hypervisor.state, guest, "checkpoint", going, moved)
