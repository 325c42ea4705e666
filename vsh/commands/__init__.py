"""The commands: one folder per help group, one file per command."""

GROUPS = (
    "domain",
    "monitor",
    "events",
    "host",
    "checkpoint",
    "interface",
    "filter",
    "network",
    "nodedev",
    "secret",
    "snapshot",
    "backup",
    "pool",
    "volume",
    "virsh",
)
"""The groups in the order of help."""
