"""A checkpoint: what it is, what is below it, and dropping it."""

from __future__ import annotations

from vsh.api import checkpoint as api
from vsh.drivers.qemu import checkpoint_deleting
from vsh.drivers.qemu.blocks import bitmaps
from vsh.drivers.qemu.part import QemuPart
from vsh.drivers.state import checkpoints
from vsh.drivers.state.checkpoint_part import CheckpointPart
from vsh.errors import OperationUnsupported
from vsh.words.checkpoint import CheckpointDelete, CheckpointXML


class Checkpoint(QemuPart, CheckpointPart, answers=api):
    """Answers about a checkpoint."""

    def get_xml_desc(self, checkpoint: api.Checkpoint, flags: int = 0) -> str:
        if flags & CheckpointXML.SIZE:
            with self.guests.modify(checkpoint.domain, active=True) as guest:
                document = checkpoints.named(guest, checkpoint.name).document
                sizes = bitmaps.sizes(guest, document)
                for disk in document.disks:
                    disk.size = sizes.get(str(disk.name))
        return super().get_xml_desc(checkpoint, flags)

    def delete(self, checkpoint: api.Checkpoint, flags: int = 0) -> None:
        known = (
            CheckpointDelete.CHILDREN
            | CheckpointDelete.METADATA_ONLY
            | CheckpointDelete.CHILDREN_ONLY
        )
        self.accept(flags, known, "qemuCheckpointDelete")
        with self.guests.modify(checkpoint.domain) as guest:
            if not flags & CheckpointDelete.METADATA_ONLY and not guest.active:
                raise OperationUnsupported("cannot delete checkpoint for inactive domain")
            moment = checkpoints.named(guest, checkpoint.name)
            checkpoint_deleting.delete(self.hypervisor, guest, moment, flags)
