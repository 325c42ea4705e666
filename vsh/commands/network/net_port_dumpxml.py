"""net-port-dumpxml: the document of a network's port."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import ACTIVE_NETWORK
from vsh.cli.params import Argument
from vsh.commands._xpath import LINES, SECTION, WRAP, XPATH, dump
from vsh.commands.network._shared import find_port, port_uuids

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.output.document import Document


@command(tells="xml document | nodes")
def net_port_dumpxml(
    network: Network = ACTIVE_NETWORK,
    port: str = Argument("port UUID", complete=port_uuids),
    xpath: str | None = XPATH,
    wrap: bool = WRAP,
    section: str | None = SECTION,
    lines: bool = LINES,
) -> Document:
    """Print the XML of a network's port.

    It says who owns the port and how it is plugged in.

    Examples:
        net-port-dumpxml default 7b2f8a54-0c9f-4f2e-8a7c-1d2b0a3c4d5e  # its document
    """
    return dump(
        find_port(network, port).get_xml_desc(), xpath, wrap=wrap, section=section, lines=lines
    )
