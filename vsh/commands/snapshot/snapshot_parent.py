"""snapshot-parent: the snapshot that another one was taken on top of."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, domain_argument
from vsh.cli.params import Flag
from vsh.commands._moments import parents_of
from vsh.commands.snapshot._shared import WITH_SNAPSHOTS, find, snapshot_argument
from vsh.errors import CommandError, NoSnapshot
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="name")
def snapshot_parent(
    domain: Domain = domain_argument(complete=WITH_SNAPSHOTS),
    snapshotname: str | None = snapshot_argument("the snapshot whose parent is asked for"),
    current: bool = Flag("the parent of the current snapshot"),
    connection: Connection = CONNECTION,
) -> Document:
    """Print the name of a snapshot's parent.

    It is an error if the snapshot is the root of a tree and has none.

    Examples:
        snapshot-parent web1 update  # the name of the one before
    """
    snapshot = find(domain, snapshotname, current)
    parent = parents_of(connection, [snapshot], NoSnapshot, "snapshot")[snapshot.name]
    if parent is None:
        raise CommandError(f"snapshot '{snapshot.name}' has no parent")
    return Text(parent, name=parent)
