"""nwfilter-binding-dumpxml: the document of a network filter's binding."""

from __future__ import annotations

from vsh.cli.networks import BINDING
from vsh.commands._xpath import dumpxml_command

nwfilter_binding_dumpxml = dumpxml_command(
    __name__,
    BINDING,
    "binding",
    "the binding of a network filter to a port device",
    "It names the filter, the port and the parameters of the filter.",
    "vnet0  # which filter is on the port",
)
