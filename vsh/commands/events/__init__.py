"""Wait for events of domains."""

TITLE = "Domain Events"
ORDER = ("event", "await")
"""The order in which help lists the commands; one that is not named here comes after them."""
