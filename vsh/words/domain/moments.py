"""Backups of a domain."""


class DomainBackupBegin:
    """How to back up."""

    prefix = "VIR_DOMAIN_BACKUP_BEGIN_"
    REUSE_EXTERNAL = 1
    PRESERVE_SHUTDOWN_DOMAIN = 2
