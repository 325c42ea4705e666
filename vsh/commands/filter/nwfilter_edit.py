"""nwfilter-edit: change a network filter in an editor."""

from __future__ import annotations

from vsh.cli.networks import NWFILTER
from vsh.commands._definitions import edit_command

nwfilter_edit = edit_command(
    __name__,
    NWFILTER,
    "nwfilter",
    "a network filter",
    "at once, in every guest that the filter stands before",
    "Network filter",
    "nwfilter_define_xml",
    "clean-traffic  # in your editor; guests that use it follow at once",
)
