"""net-undefine: forget the definition of a network."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import PERSISTENT_NETWORK
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.output.document import Document


@command
def net_undefine(network: Network = PERSISTENT_NETWORK) -> Document:
    """Forget the definition of a network.

    A network that runs goes on until it is stopped.

    Examples:
        net-undefine lab  # forget it
    """
    with failing(f"Failed to undefine network {network.called}"):
        network.undefine()
    return Done("Network {network} has been undefined", network=network.called)
