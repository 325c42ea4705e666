"""Backup jobs."""

TITLE = "Backup"
ORDER = ("backup-begin", "backup-dumpxml")
"""The order in which help lists the commands; one that is not named here comes after them."""
