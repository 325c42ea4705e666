"""snapshot-revert: take a domain back to what it was at a snapshot."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import domain_argument
from vsh.cli.params import Flag, Flags
from vsh.commands.snapshot._shared import WITH_SNAPSHOTS, find, snapshot_argument
from vsh.errors import SnapshotRevertRisky, failing
from vsh.output.document import Done
from vsh.words.snapshot import SnapshotRevert

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(loses="revert")
def snapshot_revert(
    domain: Domain = domain_argument(complete=WITH_SNAPSHOTS),
    snapshotname: str | None = snapshot_argument("the snapshot to go back to"),
    current: bool = Flag("go back to the current snapshot"),
    flags: int = Flags(
        SnapshotRevert,
        running="let the domain run afterwards",
        paused="leave the domain paused afterwards",
        force="go on where a revert is refused as risky",
        reset_nvram="start with fresh NVRAM from its template",
    ),
) -> Document:
    """Take a domain back to a snapshot.

    All changes since then are lost.  Unless --running or --paused says otherwise the domain is in
    the state that the snapshot was taken in.

    Examples:
        snapshot-revert web1 clean  # as it was then; what came after is lost
        snapshot-revert web1 clean --running  # and let it run
    """
    snapshot = find(domain, snapshotname, current)
    with failing(f"Failed to revert snapshot {snapshot.name}"):
        try:
            snapshot.revert_to_snapshot(flags & ~SnapshotRevert.FORCE)
        except SnapshotRevertRisky:
            # --force is for the one error that it can overcome; nothing has been done yet
            if not flags & SnapshotRevert.FORCE:
                raise
            snapshot.revert_to_snapshot(flags)
    return Done("Domain snapshot {name} reverted", name=snapshot.name)
