"""The checkpoints of a guest: finding them, listing them, making and redefining them."""

from __future__ import annotations

from vsh.api.checkpoint import Checkpoint
from vsh.drivers.state import moment_documents
from vsh.errors import NoCheckpoint
from vsh.words.checkpoint import CheckpointList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.drivers.state.guest import Guest
    from vsh.drivers.state.moments import Moment
    from vsh.errors import Error
    from vsh.xml.domain import Domain as Definition
    from vsh.xml.moment.checkpoint import DomainCheckpoint


def no_checkpoint(detail: str) -> Error:
    """What to say where a checkpoint is missing."""
    return NoCheckpoint.whole(f"Domain checkpoint not found: {detail}")


def named(guest: Guest, name: str) -> Moment[DomainCheckpoint]:
    """The checkpoint of that name.  Raises NoCheckpoint."""
    moment = guest.checkpoints.find(name)
    if moment is None:
        raise no_checkpoint(f"no domain checkpoint with matching name '{name}'")
    return moment


def listed(
    domain: Domain, guest: Guest, start: Moment[DomainCheckpoint] | None, flags: int, *, deep: bool
) -> list[Checkpoint]:
    """What a listing with these flags shows."""
    if (
        flags & (CheckpointList.LEAVES | CheckpointList.NO_LEAVES)
        == CheckpointList.LEAVES | CheckpointList.NO_LEAVES
    ):
        return []  # libvirt takes both as two conditions
    leaves = {CheckpointList.LEAVES: True, CheckpointList.NO_LEAVES: False}.get(
        flags & (CheckpointList.LEAVES | CheckpointList.NO_LEAVES)
    )
    found = guest.checkpoints.listing(
        start, deep=deep, topological=bool(flags & CheckpointList.TOPOLOGICAL), leaves=leaves
    )
    return [Checkpoint(domain.connection, moment.name, domain) for moment in found]


def redefine(guest: Guest, document: DomainCheckpoint) -> Moment[DomainCheckpoint]:
    """Take a redefined checkpoint in, new or in the place of the one of its name."""
    tree = guest.checkpoints
    moment_documents.prepare_checkpoint(guest, document)
    parent = tree.find(document.parent)
    becomes_current = tree.current is None or (parent is not None and parent is tree.current)
    other = tree.find(document.name)
    if other is None:
        other = tree.add(document)
    else:
        tree.replace(other, document)
    if becomes_current:
        tree.current = other
    return other


def create(
    guest: Guest, document: DomainCheckpoint, definition: Definition
) -> Moment[DomainCheckpoint]:
    """Make a checkpoint of what runs; ``definition`` is a copy of it."""
    tree = guest.checkpoints
    document.domain = definition
    moment_documents.align_checkpoint(document)
    moment = tree.add(document)
    document.parent = tree.current.name if tree.current is not None else None
    tree.current = moment
    return moment
