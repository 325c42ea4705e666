"""checkpoint-parent: the checkpoint before another one."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, domain_argument
from vsh.commands._moments import parents_of
from vsh.commands.checkpoint._shared import WITH_CHECKPOINTS, checkpoint_argument
from vsh.errors import CommandError, NoCheckpoint
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="name")
def checkpoint_parent(
    domain: Domain = domain_argument(complete=WITH_CHECKPOINTS),
    checkpointname: str = checkpoint_argument("the checkpoint whose parent is asked for"),
    connection: Connection = CONNECTION,
) -> Document:
    """Print the name of a checkpoint's parent.

    It is an error if the checkpoint is the first one and has none.

    Examples:
        checkpoint-parent web1 tuesday  # the name of the one before
    """
    checkpoint = domain.checkpoint_lookup_by_name(checkpointname, 0)
    parent = parents_of(connection, [checkpoint], NoCheckpoint, "checkpoint")[checkpoint.name]
    if parent is None:
        raise CommandError(f"checkpoint '{checkpoint.name}' has no parent")
    return Text(parent, name=parent)
