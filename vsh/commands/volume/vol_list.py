"""vol-list: the volumes of a storage pool."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag
from vsh.cli.storage import ACTIVE_POOL
from vsh.commands._listing import listed, name_order
from vsh.commands._sizes import pretty
from vsh.commands.volume._shared import type_word
from vsh.errors import Error
from vsh.output.document import Column, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.connection import Connection
    from vsh.api.pool import Pool
    from vsh.api.volume import Volume
    from vsh.output.document import Document, Row


@command(tells="[name path type capacity_bytes allocation_bytes key]")
def vol_list(
    pool: Pool = ACTIVE_POOL, details: bool = Flag("also show the types and sizes")
) -> Document:
    """List the volumes of a storage pool.

    Sorted by name, with their paths.

    Examples:
        vol-list images --details  # with their sizes
    """
    volumes = listed(
        pool.list_all_volumes,
        "Failed to list volumes",
        count=pool.num_of_volumes,
        counting="Failed to list storage volumes",
    )
    volumes.sort(key=lambda volume: name_order(volume.name))
    connection = pool.connection
    return _table(connection, volumes, details=details)


def _table(connection: Connection, volumes: list[Volume], *, details: bool) -> Table:
    requests: list[Any] = [volume.get_path.request() for volume in volumes]
    if details:
        requests += [volume.get_info.request() for volume in volumes]
    answers = connection.many(requests)
    rows: list[list[object]] = []
    for number, volume in enumerate(volumes):
        path = answers[number]
        rows.append([volume.name, None if isinstance(path, Error) else path])
        if details:
            info = answers[len(volumes) + number]
            rows[-1] += (
                [None, None, None]
                if isinstance(info, Error)
                else [type_word(info.type), info.capacity, info.allocation]
            )
    columns = [Column("Name", "name"), Column("Path", "path", _known)]
    if details:
        columns += [
            Column("Type", "type", _known),
            Column("Capacity", "capacity_bytes", _size, right=True),
            Column("Allocation", "allocation_bytes", _size, right=True),
        ]

    def more() -> list[Row]:
        if details:
            return [{"key": volume.key} for volume in volumes]
        return _table(connection, volumes, details=True).rows_as_data()

    return Table(rows, *columns, extra=more)


def _known(text: str | None) -> str:
    return "unknown" if text is None else text


def _size(size: int | None) -> str:
    return "unknown" if size is None else pretty(size, 2)
