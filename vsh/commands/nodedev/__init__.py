"""Devices of the host."""

TITLE = "Node Device"
ORDER = (
    "nodedev-create",
    "nodedev-destroy",
    "nodedev-detach",
    "nodedev-dumpxml",
    "nodedev-list",
    "nodedev-reattach",
    "nodedev-reset",
    "nodedev-event",
    "nodedev-define",
    "nodedev-undefine",
    "nodedev-start",
    "nodedev-autostart",
    "nodedev-info",
    "nodedev-update",
)
"""The order in which help lists the commands; one that is not named here comes after them."""
