"""nwfilter-list: the network filters of the connection."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.commands._listing import listed, name_order
from vsh.output.document import Column, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="[uuid name]")
def nwfilter_list(connection: Connection = CONNECTION) -> Document:
    """List network filters.

    Sorted by name.

    Examples:
        nwfilter-list  # all filters
    """
    nwfilters = listed(
        connection.list_all_nwfilters,
        "Failed to list network filters",
        count=connection.num_of_nwfilters,
        counting="Failed to count network filters",
    )
    nwfilters.sort(key=lambda nwfilter: name_order(nwfilter.name))
    return Table(
        [[nwfilter.uuid, nwfilter.name] for nwfilter in nwfilters],
        Column("UUID", "uuid"),
        Column("Name", "name"),
    )
