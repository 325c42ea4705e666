"""Storage volumes."""

TITLE = "Storage Volume"
ORDER = (
    "vol-clone",
    "vol-create-as",
    "vol-create",
    "vol-create-from",
    "vol-delete",
    "vol-download",
    "vol-dumpxml",
    "vol-info",
    "vol-key",
    "vol-list",
    "vol-name",
    "vol-path",
    "vol-pool",
    "vol-resize",
    "vol-upload",
    "vol-wipe",
)
"""The order in which help lists the commands; one that is not named here comes after them."""
