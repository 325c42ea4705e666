"""checkpoint-delete: drop a checkpoint, its children, or only what libvirt knows of it."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, domain_argument
from vsh.cli.params import Flags
from vsh.commands._forgetting import forgets
from vsh.commands.checkpoint._shared import WITH_CHECKPOINTS, checkpoint_argument
from vsh.errors import failing
from vsh.output.document import Done
from vsh.redefine.kinds.checkpoint import CHECKPOINT
from vsh.words.checkpoint import CheckpointDelete

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="done checkpoint")
def checkpoint_delete(
    domain: Domain = domain_argument(complete=WITH_CHECKPOINTS | 1),
    checkpointname: str = checkpoint_argument("the checkpoint to delete"),
    flags: int = Flags(
        CheckpointDelete,
        children="delete the checkpoint and all after it",
        children_only="delete all after the checkpoint, and keep the checkpoint itself",
        metadata=("forget the metadata only; bitmaps stay in the images", "METADATA_ONLY"),
    ),
    session: Session = SESSION,
) -> Document:
    """Delete a checkpoint of a domain.

    What changed since then counts as changed since its parent.  With --metadata and --children
    those after it are forgotten one by one, the last first: the result is a daemon's own.  If one
    fails all is put back; after a crash checkpoint-import --resume goes on and --rollback undoes.

    Examples:
        checkpoint-delete web1 monday  # its changes go to its parent
        checkpoint-delete web1 monday --metadata  # only what libvirt knows of it
    """
    checkpoint = domain.checkpoint_lookup_by_name(checkpointname, 0)
    with failing(f"Failed to delete checkpoint {checkpoint.name}"):
        if not forgets(session, domain, CHECKPOINT, checkpoint, flags):
            checkpoint.delete(flags)
    if flags & CheckpointDelete.CHILDREN_ONLY:
        return Done("Domain checkpoint {checkpoint} children deleted", checkpoint=checkpoint.name)
    return Done("Domain checkpoint {checkpoint} deleted", checkpoint=checkpoint.name)
