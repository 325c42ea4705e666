"""backup-begin: start a backup job."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN, SESSION, file_names
from vsh.cli.params import Argument, Flag, Flags, Option
from vsh.commands._files import read_text
from vsh.commands._progress import progress
from vsh.output.document import Done
from vsh.words.domain.moments import DomainBackupBegin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command
def backup_begin(
    domain: Domain = ACTIVE_DOMAIN,
    backupxml: str | None = Argument(
        "file with the backup's description", required=False, complete=file_names
    ),
    checkpointxml: str | None = Option(
        "file with the description of a checkpoint to create", by_place=True, complete=file_names
    ),
    flags: int = Flags(
        DomainBackupBegin,
        reuse_external="write into files that exist already",
        preserve_domain_on_shutdown=(
            "keep the domain, paused, if the guest shuts down",
            "PRESERVE_SHUTDOWN_DOMAIN",
        ),
    ),
    wait: bool = Flag("wait until it is written, and show how far it is", extra=True),
    session: Session = SESSION,
) -> Document:
    """Start a backup of a domain's disks.

    Without a description every disk is backed up in full, to files beside their sources.  The
    backup goes on by itself: domjobinfo tells how far it is, and domjobabort ends it; with --wait
    this command waits, and Ctrl-C ends it.

    Examples:
        backup-begin web1  # all disks, each to a file beside it
        backup-begin web1 --wait  # and a bar until that is done
        backup-begin web1 backup.xml --checkpointxml checkpoint.xml
            # what changed since, and a new checkpoint
    """
    backup = read_text(backupxml) if backupxml is not None else "<domainbackup/>"
    checkpoint = read_text(checkpointxml) if checkpointxml is not None else None
    if not wait:
        domain.backup_begin(backup, checkpoint, flags)
        session.begun.append((domain, ""))
        return Done("Backup started")
    from vsh.acts import backup as act
    from vsh.signals import interruptible

    with interruptible(), progress(session, "Backup") as bar:
        for step in act.backup(domain, backup, checkpoint, flags):
            bar.tick(step.remaining, step.total)
    return Done("Backup completed")
