"""net-port-delete: unplug from a network."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import ACTIVE_NETWORK
from vsh.cli.params import Argument
from vsh.commands.network._shared import find_port, port_uuids
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.output.document import Document


@command(tells="done port")
def net_port_delete(
    network: Network = ACTIVE_NETWORK, port: str = Argument("port UUID", complete=port_uuids)
) -> Document:
    """Delete a port of a network.

    What was plugged into it has no network any more.

    Examples:
        net-port-delete default 7b2f8a54-0c9f-4f2e-8a7c-1d2b0a3c4d5e  # and away with it
    """
    found = find_port(network, port)
    with failing(f"Failed to delete network port {found.uuid}"):
        found.delete()
    return Done("Network port {port} deleted", port=found.uuid)
