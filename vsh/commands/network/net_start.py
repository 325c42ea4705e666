"""net-start: start a network."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import INACTIVE_NETWORK
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.output.document import Document


@command
def net_start(network: Network = INACTIVE_NETWORK) -> Document:
    """Start a network that is defined.

    A network that was only created cannot be started again.

    Examples:
        net-start lab  # a network that is defined
    """
    with failing(f"Failed to start network {network.called}"):
        network.create()
    return Done("Network {network} started", network=network.called)
