"""net-dumpxml: a network's document."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import NETWORK
from vsh.cli.params import Flag, Flags, Option
from vsh.commands._xpath import WRAP_HELP, XPATH_HELP, dump
from vsh.words.network import NetworkXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.output.document import Document


@command
def net_dumpxml(
    network: Network = NETWORK,
    flags: int = Flags(NetworkXML, inactive="what the network starts with next"),
    xpath: str | None = Option(XPATH_HELP, complete=()),
    wrap: bool = Flag(WRAP_HELP),
) -> Document:
    """Print the XML of a network.

    With --inactive, its definition rather than what it is now.

    Examples:
        net-dumpxml default  # its document
    """
    return dump(network.get_xml_desc(flags), xpath, wrap=wrap)
