"""Checkpoints: the starting points of incremental backups."""

TITLE = "Checkpoint"
ORDER = (
    "checkpoint-create",
    "checkpoint-create-as",
    "checkpoint-delete",
    "checkpoint-dumpxml",
    "checkpoint-edit",
    "checkpoint-info",
    "checkpoint-list",
    "checkpoint-parent",
)
"""The order in which help lists the commands; one that is not named here comes after them."""
