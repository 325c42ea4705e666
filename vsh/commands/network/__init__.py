"""Virtual networks."""

TITLE = "Networking"
ORDER = (
    "net-autostart",
    "net-create",
    "net-define",
    "net-desc",
    "net-destroy",
    "net-dhcp-leases",
    "net-dumpxml",
    "net-edit",
    "net-event",
    "net-info",
    "net-list",
    "net-metadata",
    "net-name",
    "net-start",
    "net-undefine",
    "net-update",
    "net-uuid",
    "net-port-list",
    "net-port-create",
    "net-port-dumpxml",
    "net-port-delete",
)
"""The order in which help lists the commands; one that is not named here comes after them."""
