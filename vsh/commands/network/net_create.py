"""net-create: start a network that is gone once it stops."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import Argument
from vsh.commands._files import read_text, validating
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.network import NetworkCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="done network file")
def net_create(
    file: str = Argument("file with the network's description", complete=file_names),
    flags: int = validating(NetworkCreate),
    connection: Connection = CONNECTION,
) -> Document:
    """Create a network from an XML file and start it.

    It is gone once it stops; see net-define for one that stays.

    Examples:
        net-create net.xml  # a network that is forgotten once it is stopped
    """
    xml = read_text(file)
    with failing(f"Failed to create network from {file}"):
        if flags:
            network = connection.network_create_xml_flags(xml, flags)
        else:
            network = connection.network_create_xml(xml)
    return Done("Network {network} created from {file}", network=network.name, file=file)
