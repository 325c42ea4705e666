"""net-edit: change a network in an editor."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import NETWORK
from vsh.cli.objects import SESSION
from vsh.commands._definitions import edit, inactive_xml
from vsh.words.network import NetworkXML

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command
def net_edit(network: Network = NETWORK, session: Session = SESSION) -> Document:
    """Edit the definition of a network.

    The change takes effect when the network is started next.

    Examples:
        net-edit default  # in your editor; restart it to see the change
    """

    return edit(
        session,
        "network",
        network,
        lambda: inactive_xml(network, NetworkXML.INACTIVE),
        network.connection.network_define_xml,
    )
