"""net-name: the name of a network whose UUID is known."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import network_argument
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.output.document import Document


@command(tells="name")
def net_name(network: Network = network_argument("network uuid", by="uuid")) -> Document:
    """Print the name of a network that is given by its UUID.

    Examples:
        net-name 004b96e1-2d78-c30f-5aa5-f03c87d21e69  # of the network with this UUID
    """
    return Line("{name}", name=network.name)
