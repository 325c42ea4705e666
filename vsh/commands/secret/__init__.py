"""Secrets: passphrases kept for volumes and domains."""

TITLE = "Secret"
ORDER = (
    "secret-define",
    "secret-dumpxml",
    "secret-event",
    "secret-get-value",
    "secret-list",
    "secret-set-value",
    "secret-undefine",
)
"""The order in which help lists the commands; one that is not named here comes after them."""
