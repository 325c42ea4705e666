"""net-uuid: the UUID of a network whose name is known."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import network_argument
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.output.document import Document


@command(tells="uuid")
def net_uuid(network: Network = network_argument("network name", by="name")) -> Document:
    """Print the UUID of a network that is given by its name.

    Examples:
        net-uuid default  # its UUID
    """
    return Line("{uuid}", uuid=network.uuid)
