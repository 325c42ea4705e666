"""net-info: what a network is, in a few lines."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import NETWORK
from vsh.commands._listing import fact, yes_no
from vsh.errors import Error
from vsh.output.document import Fields

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.output.document import Document


@command(tells="name uuid active persistent autostart bridge?")
def net_info(network: Network = NETWORK) -> Document:
    """Print basic information about a network.

    Its names, whether it is active, whether it stays, how it starts, and its bridge.

    Examples:
        net-info default  # whether it is active, and its bridge
    """
    active, persistent, autostart, bridge = network.connection.many(
        (
            network.is_active.request(),
            network.is_persistent.request(),
            network.get_autostart.request(),
            network.get_bridge_name.request(),
        )
    )
    fields = Fields()
    fields.add("Name:", network.name, name=network.name)
    fields.add("UUID:", network.uuid, uuid=network.uuid)
    if not isinstance(active, Error):
        fields.add("Active:", yes_no(fact(active)), active=fact(active))
    fields.add("Persistent:", yes_no(fact(persistent)), persistent=fact(persistent))
    fields.add("Autostart:", yes_no(fact(autostart)), autostart=fact(autostart))
    if not isinstance(bridge, Error):
        fields.add("Bridge:", bridge, bridge=bridge)
    return fields
