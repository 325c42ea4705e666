"""A checkpoint: what it is, what is below it, and dropping it."""

from __future__ import annotations

from vsh.api import checkpoint as api
from vsh.drivers.state import checkpoints
from vsh.drivers.state.checkpoint_part import CheckpointPart
from vsh.drivers.test.part import TestPart
from vsh.words.checkpoint import CheckpointDelete


class Checkpoint(TestPart, CheckpointPart, answers=api):
    """Answers about a checkpoint."""

    def delete(self, checkpoint: api.Checkpoint, flags: int = 0) -> None:
        self.accept(
            flags,
            CheckpointDelete.CHILDREN
            | CheckpointDelete.METADATA_ONLY
            | CheckpointDelete.CHILDREN_ONLY,
            "testDomainCheckpointDelete",
        )
        with self.guests.modify(checkpoint.domain) as guest:
            guest.checkpoints.delete(
                checkpoints.named(guest, checkpoint.name),
                children=bool(flags & CheckpointDelete.CHILDREN),
                only_children=bool(flags & CheckpointDelete.CHILDREN_ONLY),
            )
