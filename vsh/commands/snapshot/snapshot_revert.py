"""snapshot-revert: take a domain back to what it was at a snapshot."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, domain_argument
from vsh.cli.params import Flag, Flags
from vsh.commands._progress import progress
from vsh.commands.snapshot._shared import WITH_SNAPSHOTS, find, snapshot_argument
from vsh.errors import SnapshotRevertRisky, failing
from vsh.output.document import Done
from vsh.words.snapshot import SnapshotRevert

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(loses="revert", tells="done snapshot")
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
    session: Session = SESSION,
) -> Document:
    """Take a domain back to a snapshot.

    All changes since then are lost.  Unless --running or --paused says otherwise the domain is in
    the state that the snapshot was taken in.

    Examples:
        snapshot-revert web1 clean  # as it was then; what came after is lost
        snapshot-revert web1 clean --running  # and let it run
    """
    snapshot = find(domain, snapshotname, current)
    with failing(f"Failed to revert snapshot {snapshot.name}"), progress(session, "Revert"):
        try:
            snapshot.revert_to_snapshot(flags & ~SnapshotRevert.FORCE)
        except SnapshotRevertRisky as risky:
            # --force is for the one error that it can overcome; nothing has been done yet
            if not flags & SnapshotRevert.FORCE:
                _warn(session, risky)
                raise
            try:
                snapshot.revert_to_snapshot(flags)
            except SnapshotRevertRisky as again:
                _warn(session, again)
                raise again from None
    return Done("Domain snapshot {snapshot} reverted", snapshot=snapshot.name)


def _warn(session: Session, risky: SnapshotRevertRisky) -> None:
    """Say what --force risks, where the definition of that moment is not known."""
    if session.lenient or "rollback info" not in risky.message:
        return
    session.warn(
        "nobody knows what the domain was at that moment: --force makes libvirt before 7.10.0 take "
        "today's definition, whose memory, devices and disks may not be those that the state was "
        "saved with, so that the guest or its data may be corrupted; later ones refuse all the "
        "same. Redefine the snapshot with its whole <domain> first."
    )
