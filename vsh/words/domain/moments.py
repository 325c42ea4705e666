"""Backups of a domain."""

from vsh.words import Flags


class DomainBackupBegin(Flags, prefix="VIR_DOMAIN_BACKUP_BEGIN_"):
    """How to back up."""

    REUSE_EXTERNAL = 1
    PRESERVE_SHUTDOWN_DOMAIN = 2
