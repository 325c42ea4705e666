"""net-port-create: plug into a network."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import ACTIVE_NETWORK
from vsh.cli.objects import file_names
from vsh.cli.params import Argument
from vsh.commands._files import read_text, validating
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.network_port import NetworkPortCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.output.document import Document


@command(tells="done port file")
def net_port_create(
    network: Network = ACTIVE_NETWORK,
    file: str = Argument("file with the port's description", complete=file_names),
    flags: int = validating(NetworkPortCreate),
) -> Document:
    """Create a port of a network from an XML file.

    libvirt does so by itself for guests of its own.

    Examples:
        net-port-create default port.xml  # a port for a program of your own
    """
    xml = read_text(file)
    with failing(f"Failed to create network from {file}"):
        port = network.port_create_xml(xml, flags)
    return Done("Network port {port} created from {file}", port=port.uuid, file=file)
