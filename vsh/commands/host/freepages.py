"""freepages: how many pages of the host are free, by their size."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Flag, Option, decimal, int32, size
from vsh.commands.host._shared import cells, host_tree, page_sizes, pages
from vsh.errors import CommandError, Error
from vsh.output.document import Shaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(exclusive=(("all", "cellno"),), tells="[cell page_bytes free_pages]")
def freepages(
    cellno: int | None = Option(
        "number of the NUMA cell; -1 for the host as a whole",
        kind=int32,
        by_place=True,
        complete=cells,
    ),
    pagesize: int | None = Option(
        "size of a page (in KiB, unless a unit is given)",
        kind=size(1024, (2**32 - 1) * 1024),
        by_place=True,
        complete=pages,
    ),
    all: bool = Flag("each NUMA cell, and each size unless one is given"),
    connection: Connection = CONNECTION,
) -> Document | Iterator[Document]:
    """Print the number of free pages of the host's NUMA cells.

    Of one cell and one size of pages, or of all cells with --all.

    Examples:
        freepages --all  # free pages of each size and node
    """
    kib = None if pagesize is None else -(-pagesize // 1024)
    if all:
        return Shaped(*_every(connection, kib))
    if cellno is None:
        raise CommandError("missing cellno argument", hint="give a cell's number, or --all")
    if cellno < -1:
        raise CommandError("cell number must be non-negative integer or -1")
    if kib is None:
        raise CommandError("missing pagesize argument")
    counts = connection.node_get_free_pages([kib], cellno, 1)
    if not counts:
        raise CommandError(f"Could not get count of free {kib}KiB pages, no data returned")
    return Shaped(
        f"{kib}KiB: {_signed(counts[0])}\n",
        [{"cell": cellno, "page_bytes": kib * 1024, "free_pages": counts[0]}],
    )


def _every(connection: Connection, kib: int | None) -> tuple[str, list[dict[str, Any]]]:
    """The counts of each cell, as text and as rows.  Raises CommandError where some are missing."""
    capabilities = host_tree(connection)
    sizes = page_sizes(capabilities) if kib is None else [kib]
    numbers = []
    for cell in capabilities.xpath("/capabilities/host/topology/cells/cell"):
        number = cell.get("id", "")
        if not number.isdecimal():
            raise CommandError(f"unable to parse numa node id: {number}")
        numbers.append(decimal(number))
    answers = connection.many(
        [connection.node_get_free_pages.request(sizes, number, 1) for number in numbers]
    )
    text = ""
    rows = []
    for number, counts in zip(numbers, answers, strict=True):
        if isinstance(counts, Error):
            raise counts
        if len(counts) < len(sizes):
            raise CommandError(f"Did not get all free page data for node {number}")
        text += f"Node {number}:\n"
        for page, count in zip(sizes, counts, strict=True):
            text += f"{page}KiB: {_signed(count)}\n"
            rows.append({"cell": number, "page_bytes": page * 1024, "free_pages": count})
        text += "\n"
    return text, rows


def _signed(count: int) -> int:
    """A count as it is printed: a large one wraps."""
    return count - 2**64 if count >= 2**63 else count
