"""iface-dumpxml: the document of an interface of the host."""

from __future__ import annotations

from vsh.cli.networks import INTERFACE
from vsh.commands._xpath import dumpxml_command
from vsh.words.interface import InterfaceXML

iface_dumpxml = dumpxml_command(
    __name__,
    INTERFACE,
    "interface",
    "an interface of the host",
    "With --inactive, its definition rather than what it is now.",
    "eth1  # its document",
    InterfaceXML.INACTIVE,
    "what it starts with next",
)
