"""Look at domains and what they use."""

TITLE = "Domain Monitoring"
ORDER = (
    "domblkerror",
    "domblkinfo",
    "domblklist",
    "domblkstat",
    "domcontrol",
    "domif-getlink",
    "domifaddr",
    "domiflist",
    "domifstat",
    "dominfo",
    "dommemstat",
    "domstate",
    "domstats",
    "domtime",
    "list",
)
"""The order in which help lists the commands; one that is not named here comes after them."""
