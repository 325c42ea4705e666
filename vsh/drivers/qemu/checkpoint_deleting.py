"""Dropping checkpoints: their bitmaps in one transaction, then their metadata."""

from __future__ import annotations

from vsh.drivers.qemu import moments
from vsh.drivers.qemu.blocks import bitmaps
from vsh.qmp.value import integer, text
from vsh.words.checkpoint import CheckpointDelete

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.drivers.qemu.guest import Guest
    from vsh.drivers.qemu.hypervisor import Hypervisor
    from vsh.drivers.state.moments import Moment
    from vsh.qmp.value import Struct
    from vsh.xml.moment.checkpoint import DomainCheckpoint


def delete(
    hypervisor: Hypervisor, guest: Guest, moment: Moment[DomainCheckpoint], flags: int
) -> None:
    """Drop a checkpoint, what is below it, or both.  Raises Error; all of them are there then."""
    if flags & CheckpointDelete.METADATA_ONLY:
        _forget(hypervisor, guest, moment, flags)
        return
    facts = {"name": moment.name, "flags": int(flags)}
    hypervisor.state.begin_job(guest.uuid, "checkpoint delete", facts)
    try:
        bitmaps.discard(hypervisor, guest, [each.document for each in _going(moment, flags)])
    except BaseException:
        hypervisor.state.end_job(guest.uuid)
        raise
    with hypervisor.state.act():
        _forget(hypervisor, guest, moment, flags)
        hypervisor.state.end_job(guest.uuid)


def resolve(hypervisor: Hypervisor, guest: Guest, facts: Struct) -> None:
    """A vsh was killed while it dropped checkpoints: those without bitmaps are no checkpoints."""
    flags, moment = integer(facts["flags"]), guest.checkpoints.find(text(facts["name"]))
    if moment is not None and not bitmaps.any_left(
        guest, [each.document for each in _going(moment, flags)]
    ):
        _forget(hypervisor, guest, moment, flags)


def _deep(flags: int) -> bool:
    return bool(flags & (CheckpointDelete.CHILDREN | CheckpointDelete.CHILDREN_ONLY))


def _going(moment: Moment[DomainCheckpoint], flags: int) -> list[Moment[DomainCheckpoint]]:
    going = list(moment.descendants()) if _deep(flags) else []
    return going if flags & CheckpointDelete.CHILDREN_ONLY else [*going, moment]


def _forget(
    hypervisor: Hypervisor, guest: Guest, moment: Moment[DomainCheckpoint], flags: int
) -> None:
    names = [each.name for each in _going(moment, flags)]
    moved = [] if _deep(flags) else list(moment.children)
    guest.checkpoints.delete(
        moment,
        children=bool(flags & CheckpointDelete.CHILDREN),
        only_children=bool(flags & CheckpointDelete.CHILDREN_ONLY),
    )
    moments.drop(hypervisor.state, guest, "checkpoint", names, moved)
