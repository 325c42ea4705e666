"""net-destroy: stop a network."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import ACTIVE_NETWORK
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.output.document import Document


@command
def net_destroy(network: Network = ACTIVE_NETWORK) -> Document:
    """Stop a network at once.

    A network that was only created is gone then; one that is defined can be started again.

    Examples:
        net-destroy default  # stop it; guests on it lose their link
    """
    with failing(f"Failed to destroy network {network.called}"):
        network.destroy()
    return Done("Network {network} destroyed", network=network.called)
