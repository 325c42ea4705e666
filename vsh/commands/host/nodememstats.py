"""nodememstats: how the host's memory is used."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Option, int32
from vsh.commands.host._shared import cells
from vsh.errors import failing
from vsh.output.document import Numbers
from vsh.words.host import NodeGetMemoryStatsAllCells

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="total_bytes? free_bytes? buffers_bytes? cached_bytes? params? | done")
def nodememstats(
    cell: int | None = Option("only this NUMA cell", kind=int32, by_place=True, complete=cells),
    connection: Connection = CONNECTION,
) -> Document | None:
    """Print how the host's memory is used, in KiB.

    Of the host as a whole unless a NUMA cell is given.

    Examples:
        nodememstats  # the host's memory, in KiB
        nodememstats --cell 0  # of one NUMA node
    """
    with failing("Unable to get number of memory stats"):
        stats = connection.node_get_memory_stats(
            NodeGetMemoryStatsAllCells.ALL_CELLS if cell is None else cell
        )
    if not stats:
        return None
    names, numbers = max(map(len, stats)), max(len(str(value)) for value in stats.values())
    text = "".join(f"{name:{names}}:   {value:{numbers}} KiB\n" for name, value in stats.items())
    return Numbers(text, **{f"{name}_bytes": value * 1024 for name, value in stats.items()})
