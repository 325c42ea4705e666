"""iface-dumpxml: the document of an interface of the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import INTERFACE
from vsh.cli.params import Flag, Flags, Option
from vsh.commands._xpath import WRAP_HELP, XPATH_HELP, dump
from vsh.words.interface import InterfaceXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.interface import Interface
    from vsh.output.document import Document


@command
def iface_dumpxml(
    interface: Interface = INTERFACE,
    flags: int = Flags(InterfaceXML, inactive="what it starts with next"),
    xpath: str | None = Option(XPATH_HELP, complete=()),
    wrap: bool = Flag(WRAP_HELP),
) -> Document:
    """Print the XML of an interface of the host.

    With --inactive, its definition rather than what it is now.

    Examples:
        iface-dumpxml eth1  # its document
    """
    return dump(interface.get_xml_desc(flags), xpath, wrap=wrap)
