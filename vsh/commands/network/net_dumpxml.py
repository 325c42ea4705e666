"""net-dumpxml: a network's document."""

from __future__ import annotations

from vsh.cli.networks import NETWORK
from vsh.commands._xpath import dumpxml_command
from vsh.words.network import NetworkXML

net_dumpxml = dumpxml_command(
    __name__,
    NETWORK,
    "network",
    "a network",
    "With --inactive, its definition rather than what it is now.",
    "default  # its document",
    NetworkXML.INACTIVE,
    "what the network starts with next",
)
