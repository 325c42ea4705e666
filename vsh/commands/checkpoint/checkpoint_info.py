"""checkpoint-info: what is known about a checkpoint, in a few lines."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, domain_argument
from vsh.commands._moments import parents_of
from vsh.commands.checkpoint._shared import WITH_CHECKPOINTS, checkpoint_argument
from vsh.errors import Error, NoCheckpoint, NoSupport
from vsh.output.document import Fields
from vsh.words.checkpoint import CheckpointList

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="name domain parent children descendants")
def checkpoint_info(
    domain: Domain = domain_argument(complete=WITH_CHECKPOINTS),
    checkpointname: str = checkpoint_argument("the checkpoint to tell about"),
    connection: Connection = CONNECTION,
) -> Document:
    """Print what is known about a checkpoint.

    Its parent, and how many checkpoints were made after it.

    Examples:
        checkpoint-info web1 monday  # its parent and its children
    """
    checkpoint = domain.checkpoint_lookup_by_name(checkpointname, 0)
    parent = parents_of(connection, [checkpoint], NoCheckpoint, "checkpoint")[checkpoint.name]
    fields = Fields()
    fields.add("Name:", checkpoint.name, name=checkpoint.name)
    fields.add("Domain:", domain.name, domain=domain.name)
    fields.add("Parent:", parent or "-", parent=parent)
    children, descendants = connection.many(
        [
            checkpoint.list_all_children.request(0),
            checkpoint.list_all_children.request(CheckpointList.DESCENDANTS),
        ]
    )
    for label, key, found in (
        ("Children:", "children", children),
        ("Descendants:", "descendants", descendants),
    ):
        if isinstance(found, NoSupport):
            break
        if isinstance(found, Error):
            raise found
        fields.add(label, len(found), **{key: len(found)})
    return fields
