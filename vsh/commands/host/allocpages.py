"""allocpages: set aside huge pages of the host's memory."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Argument, Flag, Option, int32, size, uint64
from vsh.commands.host._shared import cell_numbers, cells, host_tree, pages
from vsh.words.host import NodeAllocPages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection


@command(exclusive=(("all", "cellno"),), order=("cellno",))
def allocpages(
    pagesize: int = Argument(
        "size of a page (in KiB, unless a unit is given)",
        kind=size(1024, (2**32 - 1) * 1024),
        complete=pages,
    ),
    pagecount: int = Argument("how many pages", kind=uint64),
    cellno: int | None = Option(
        "number of the NUMA cell", kind=int32, by_place=True, complete=cells
    ),
    add: bool = Flag("add to the pages that there are, rather than set their number"),
    all: bool = Flag("on each NUMA cell"),
    connection: Connection = CONNECTION,
) -> None:
    """Set or change the number of pages in a pool of huge pages.

    Of one NUMA cell, of each with --all, or of the host as a whole.

    Examples:
        allocpages 2M 512 --cellno 0  # have 512 huge pages on node 0
    """
    flags = NodeAllocPages.ADD if add else NodeAllocPages.SET
    where = cell_numbers(host_tree(connection)) if all else [-1 if cellno is None else cellno]
    for cell in where:
        connection.node_alloc_pages([-(-pagesize // 1024)], [pagecount], cell, 1, flags)
