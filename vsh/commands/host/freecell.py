"""freecell: how much memory of the host is free."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Flag, Option, int32
from vsh.commands.host._shared import cell_numbers, cells, host_tree
from vsh.errors import Error, failing
from vsh.output.document import Shaped, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(exclusive=(("all", "cellno"),), tells="cells free_bytes")
def freecell(
    cellno: int | None = Option(
        "number of the NUMA cell", kind=int32, by_place=True, complete=cells
    ),
    all: bool = Flag("each NUMA cell, and their sum"),
    session: Session = SESSION,
) -> Document:
    """Print the free memory of the host, or of its NUMA cells.

    Of one cell, or of all cells with --all; without either, of the host as a whole.

    Examples:
        freecell --all  # free memory of each NUMA node
    """
    connection = session.connection
    if not all:
        if cellno is not None:
            [free] = connection.node_get_cells_free_memory(cellno, 1)
            cell: dict[str, object] = {"cell": cellno, "free_bytes": free}
            return Text(f"{cellno}: {free // 1024} KiB\n", cells=[cell], free_bytes=free)
        free = connection.node_get_free_memory()
        return Shaped(
            f"Total: {free // 1024} KiB\n",
            lambda: {"cells": _cells(connection), "free_bytes": free},
        )
    rows = _cells(connection)
    text = "".join(f"{row['cell']:5}: {row['free_bytes'] // 1024:10} KiB\n" for row in rows)
    total = sum(row["free_bytes"] for row in rows)
    if not session.quiet:
        text += f"{'-' * 20}\nTotal: {total // 1024:10} KiB\n"
    return Shaped(text, {"cells": rows, "free_bytes": total})


def _cells(connection: Connection) -> list[dict[str, int]]:
    """The free memory of each NUMA cell."""
    numbers = cell_numbers(host_tree(connection))
    answers = connection.many(
        [connection.node_get_cells_free_memory.request(number, 1) for number in numbers]
    )
    rows = []
    for number, answer in zip(numbers, answers, strict=True):
        with failing(f"failed to get free memory for NUMA node number: {number}"):
            if isinstance(answer, Error):
                raise answer
        rows.append({"cell": number, "free_bytes": answer[0]})
    return rows
