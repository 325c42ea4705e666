"""net-edit: change a network in an editor."""

from __future__ import annotations

from vsh.cli.networks import NETWORK
from vsh.commands._definitions import edit_command
from vsh.words.network import NetworkXML

net_edit = edit_command(
    __name__,
    NETWORK,
    "network",
    "a network",
    "when the network is started next",
    "Network",
    "network_define_xml",
    "default  # in your editor; restart it to see the change",
    NetworkXML.INACTIVE,
)
