"""Storage pools."""

TITLE = "Storage Pool"
ORDER = (
    "find-storage-pool-sources-as",
    "find-storage-pool-sources",
    "pool-autostart",
    "pool-build",
    "pool-create-as",
    "pool-create",
    "pool-define-as",
    "pool-define",
    "pool-delete",
    "pool-destroy",
    "pool-dumpxml",
    "pool-edit",
    "pool-info",
    "pool-list",
    "pool-name",
    "pool-refresh",
    "pool-start",
    "pool-undefine",
    "pool-uuid",
    "pool-event",
    "pool-capabilities",
)
"""The order in which help lists the commands; one that is not named here comes after them."""
