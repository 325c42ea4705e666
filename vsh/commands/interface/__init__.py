"""The host's network interfaces."""

TITLE = "Interface"
ORDER = (
    "iface-begin",
    "iface-bridge",
    "iface-commit",
    "iface-define",
    "iface-destroy",
    "iface-dumpxml",
    "iface-edit",
    "iface-list",
    "iface-mac",
    "iface-name",
    "iface-rollback",
    "iface-start",
    "iface-unbridge",
    "iface-undefine",
)
"""The order in which help lists the commands; one that is not named here comes after them."""
