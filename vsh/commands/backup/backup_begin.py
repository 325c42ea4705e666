"""backup-begin: start a backup job."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN, file_names
from vsh.cli.params import Argument, Flags, Option
from vsh.commands._files import read_text
from vsh.output.document import Line
from vsh.words.domain.moments import DomainBackupBegin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
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
) -> Document:
    """Start a backup of a domain's disks.

    Without a description every disk is backed up in full, to files beside their sources.

    Examples:
        backup-begin web1  # all disks, each to a file beside it
        backup-begin web1 backup.xml --checkpointxml checkpoint.xml
            # what changed since, and a new checkpoint
    """
    backup = read_text(backupxml) if backupxml is not None else "<domainbackup/>"
    checkpoint = read_text(checkpointxml) if checkpointxml is not None else None
    domain.backup_begin(backup, checkpoint, flags)
    return Line("Backup started")
