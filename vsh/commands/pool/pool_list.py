"""pool-list: the storage pools of the connection."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.devices import split_commas
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Flag, Flags, Option
from vsh.commands._listing import activity, activity_word, answers, fact, listed, name_order, yes_no
from vsh.commands.pool._shared import TYPES, WITH_SIZES, size_text, state_word, types
from vsh.errors import CommandError, Error
from vsh.output.document import Column, Lines, Shaped, Table
from vsh.words.connection import ListAllStoragePools

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.connection import Connection
    from vsh.api.pool import Pool
    from vsh.output.document import Document, Row


@command(
    exclusive=(("all", "inactive"), ("details", "uuid"), ("details", "name")),
    tells=(
        "[name state active autostart persistent capacity_bytes allocation_bytes "
        "available_bytes uuid]"
    ),
)
def pool_list(
    inactive: bool = Flag("list inactive pools"),
    all: bool = Flag("list inactive and active pools"),
    filters: int = Flags(
        ListAllStoragePools,
        transient="list transient pools",
        persistent="list persistent pools",
        autostart="list pools that start with the host",
        no_autostart="list pools that do not start with the host",
    ),
    type: str | None = Option(
        "only pools of these types, separated by commas", by_place=True, complete=types
    ),
    details: bool = Flag("show more of each pool, with its sizes"),
    uuid: bool = Flag("list UUIDs only"),
    name: bool = Flag("list names only"),
    connection: Connection = CONNECTION,
) -> Document:
    """List storage pools.

    Active pools only, unless --all or --inactive says otherwise.

    Examples:
        pool-list --all --details  # with their room
    """
    which = activity(ListAllStoragePools, inactive=inactive, all=all)
    for word in split_commas(type) if type else ():
        if word not in TYPES:
            raise CommandError(f"Invalid pool type '{word}'", hint="one of " + ", ".join(TYPES))
        which |= TYPES[word]
    pools = listed(
        lambda: connection.list_all_storage_pools(which | filters),
        "Failed to list pools",
        count=connection.num_of_storage_pools,
        counting="Failed to get the number of active pools ",
    )
    pools.sort(key=lambda pool: name_order(pool.name))

    def whole() -> list[Row]:
        return _details(connection, pools).rows_as_data()

    if uuid and name:
        return Shaped("".join(f"{pool.uuid} {pool.name}\n" for pool in pools), whole)
    if uuid or name:
        return Lines(
            [pool.uuid if uuid else pool.name for pool in pools],
            "uuid" if uuid else "name",
            rows=whole,
        )
    return _details(connection, pools) if details else _table(connection, pools)


def _table(connection: Connection, pools: list[Pool]) -> Document:
    facts = answers(
        connection, pools, lambda pool: [pool.get_autostart.request(), pool.is_active.request()]
    )
    rows = [
        [pool.name, fact(active) is not False, fact(autostart)]
        for pool, (autostart, active) in zip(pools, facts, strict=True)
    ]
    return Table(
        rows,
        Column("Name", "name"),
        Column("State", "active", activity_word),
        Column("Autostart", "autostart", yes_no),
        extra=lambda: _details(connection, pools).rows_as_data(),
    )


def _requests(pool: Pool) -> list[object]:
    return [pool.get_autostart.request(), pool.is_persistent.request(), pool.get_info.request()]


def _details(connection: Connection, pools: list[Pool]) -> Table:
    rows: list[list[Any]] = []
    facts = answers(connection, pools, _requests)
    for pool, (autostart, persistent, info) in zip(pools, facts, strict=True):
        row = [pool.name, "unknown", fact(autostart), fact(persistent), None, None, None]
        if not isinstance(info, Error):
            row[1] = state_word(info.state)
            if info.state in WITH_SIZES:
                row[4:] = [info.capacity, info.allocation, info.available]
        rows.append(row)
    return Table(
        rows,
        Column("Name", "name"),
        Column("State", "state"),
        Column("Autostart", "autostart", yes_no),
        Column("Persistent", "persistent", yes_no),
        Column("Capacity", "capacity_bytes", size_text, right=True),
        Column("Allocation", "allocation_bytes", size_text, right=True),
        Column("Available", "available_bytes", size_text, right=True),
        extra=[
            {"uuid": pool.uuid, "active": row[1] not in ("inactive", "unknown")}
            for pool, row in zip(pools, rows, strict=True)
        ],
    )
