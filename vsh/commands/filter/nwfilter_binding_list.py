"""nwfilter-binding-list: which network filters stand before which port devices."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.commands._listing import listed, name_order
from vsh.output.document import Column, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="[port_dev filter]")
def nwfilter_binding_list(connection: Connection = CONNECTION) -> Document:
    """List the bindings of network filters to port devices.

    Sorted by port device.

    Examples:
        nwfilter-binding-list  # all ports that are filtered
    """
    bindings = listed(
        connection.list_all_nwfilter_bindings, "Failed to list network filter bindings"
    )
    bindings.sort(key=lambda binding: name_order(binding.portdev))
    return Table(
        [[binding.portdev, binding.filtername] for binding in bindings],
        Column("Port Dev", "port_dev"),
        Column("Filter", "filter"),
    )
