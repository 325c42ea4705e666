"""nwfilter-dumpxml: a network filter's document."""

from __future__ import annotations

from vsh.cli.networks import NWFILTER
from vsh.commands._xpath import dumpxml_command

nwfilter_dumpxml = dumpxml_command(
    __name__,
    NWFILTER,
    "nwfilter",
    "a network filter",
    "Filters that it refers to are named in it and not shown.",
    "clean-traffic  # its rules",
)
