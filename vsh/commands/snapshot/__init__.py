"""Snapshots of domains."""

TITLE = "Snapshot"
ORDER = (
    "snapshot-create",
    "snapshot-create-as",
    "snapshot-current",
    "snapshot-delete",
    "snapshot-dumpxml",
    "snapshot-edit",
    "snapshot-info",
    "snapshot-list",
    "snapshot-parent",
    "snapshot-revert",
)
"""The order in which help lists the commands; one that is not named here comes after them."""
