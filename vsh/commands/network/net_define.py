"""net-define: define or change a network that stays."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import Argument
from vsh.commands._files import read_text, validating
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.network import NetworkDefine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="done network file")
def net_define(
    file: str = Argument("file with the network's description", complete=file_names),
    flags: int = validating(NetworkDefine),
    connection: Connection = CONNECTION,
) -> Document:
    """Define a network from an XML file, without starting it, or change an existing one.

    A network of the same name and UUID is changed when it is started next.

    Examples:
        net-define net.xml  # keep it; start it with net-start
    """
    xml = read_text(file)
    with failing(f"Failed to define network from {file}"):
        if flags:
            network = connection.network_define_xml_flags(xml, flags)
        else:
            network = connection.network_define_xml(xml)
    return Done("Network {network} defined from {file}", network=network.name, file=file)
