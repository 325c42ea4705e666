"""iface-edit: change an interface of the host in an editor."""

from __future__ import annotations

from vsh.cli.networks import INTERFACE
from vsh.commands._definitions import edit_command
from vsh.words.interface import InterfaceXML

iface_edit = edit_command(
    __name__,
    INTERFACE,
    "interface",
    "an interface of the host",
    "when the interface is started next",
    "Interface",
    "interface_define_xml",
    "eth1  # in your editor",
    InterfaceXML.INACTIVE,
    fallback=False,
)
