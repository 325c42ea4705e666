"""Network filters."""

TITLE = "Network Filter"
ORDER = (
    "nwfilter-define",
    "nwfilter-dumpxml",
    "nwfilter-edit",
    "nwfilter-list",
    "nwfilter-undefine",
    "nwfilter-binding-create",
    "nwfilter-binding-delete",
    "nwfilter-binding-dumpxml",
    "nwfilter-binding-list",
)
"""The order in which help lists the commands; one that is not named here comes after them."""
