"""A checkpoint: what it is, what is below it, and dropping it."""

from __future__ import annotations

from vsh.api import checkpoint as api
from vsh.drivers.qemu import moments
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
            tree = guest.checkpoints
            moment = checkpoints.named(guest, checkpoint.name)
            deep = bool(flags & (CheckpointDelete.CHILDREN | CheckpointDelete.CHILDREN_ONLY))
            going = [each.name for each in moment.descendants()] if deep else []
            if not flags & CheckpointDelete.CHILDREN_ONLY:
                going.append(moment.name)
            moved = [] if deep else list(moment.children)
            if not flags & CheckpointDelete.METADATA_ONLY:
                documents = [each.document for each in map(tree.find, going) if each is not None]
                bitmaps.discard(self.hypervisor, guest, documents)
            tree.delete(
                moment,
                children=bool(flags & CheckpointDelete.CHILDREN),
                only_children=bool(flags & CheckpointDelete.CHILDREN_ONLY),
            )
            moments.drop(self.hypervisor.state, guest, "checkpoint", going, moved)
