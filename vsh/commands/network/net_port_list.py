"""net-port-list: the ports of a network."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.networks import ACTIVE_NETWORK
from vsh.cli.params import Flag
from vsh.errors import CommandError
from vsh.output.document import Column, Lines, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.network import Network
    from vsh.output.document import Document


@command(tells="[uuid]")
def net_port_list(
    network: Network = ACTIVE_NETWORK,
    uuid: bool = Flag("list UUIDs only"),
    table: bool = Flag("list as a table (the default)"),
) -> Document:
    """List the ports of a network.

    Sorted by UUID.

    Examples:
        net-port-list default  # who is on it
    """
    if table and uuid:
        raise CommandError("Only one argument from --table and --uuid may be specified.")
    uuids = sorted(port.uuid for port in network.list_all_ports())
    return (
        Lines(uuids, "uuid") if uuid else Table([[each] for each in uuids], Column("UUID", "uuid"))
    )
