"""snapshot-delete: drop a snapshot, its children, or only what libvirt knows of it."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, domain_argument
from vsh.cli.params import Flag, Flags
from vsh.commands._forgetting import forgets
from vsh.commands._progress import progress
from vsh.commands.snapshot._shared import WITH_SNAPSHOTS, find, snapshot_argument
from vsh.errors import failing
from vsh.output.document import Done
from vsh.redefine.kinds.snapshot import SNAPSHOT
from vsh.words.snapshot import SnapshotDelete

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(loses="snapshots", tells="done snapshot")
def snapshot_delete(
    domain: Domain = domain_argument(complete=WITH_SNAPSHOTS),
    snapshotname: str | None = snapshot_argument("the snapshot to delete"),
    current: bool = Flag("delete the current snapshot"),
    flags: int = Flags(
        SnapshotDelete,
        children="delete the snapshot and all below it",
        children_only="delete all below the snapshot, and keep the snapshot itself",
        metadata=("forget the metadata only; disk images stay as they are", "METADATA_ONLY"),
    ),
    session: Session = SESSION,
) -> Document:
    """Delete a snapshot of a domain.

    What the snapshot holds is merged into the images that need it; children that stay move to its
    parent.  With --metadata and --children those below are forgotten one by one, the leaves first
    and all in flight together, which is much faster than a daemon is and has the same result: the
    others, and which is current, are as they would be.  If something fails all is put back; after a
    crash snapshot-import --resume goes on and --rollback undoes.

    Examples:
        snapshot-delete web1 clean  # merged into what needs it
        snapshot-delete web1 clean --children  # and all below it
        snapshot-delete web1 clean --metadata  # only what libvirt knows of it
    """
    snapshot = find(domain, snapshotname, current)
    with failing(f"Failed to delete snapshot {snapshot.name}"):
        if not forgets(session, domain, SNAPSHOT, snapshot, flags):
            with progress(session, "Delete"):
                snapshot.delete(flags)
    if flags & SnapshotDelete.CHILDREN_ONLY:
        return Done("Domain snapshot {snapshot} children deleted", snapshot=snapshot.name)
    return Done("Domain snapshot {snapshot} deleted", snapshot=snapshot.name)
