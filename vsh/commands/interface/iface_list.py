"""iface-list: the interfaces of the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Flag
from vsh.commands._listing import activity, activity_word, listed, name_order
from vsh.errors import Error
from vsh.output.document import Column, Table
from vsh.words.connection import ListAllInterfaces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(exclusive=(("all", "inactive"),), tells="[name active mac]")
def iface_list(
    inactive: bool = Flag("list inactive interfaces"),
    all: bool = Flag("list inactive and active interfaces"),
    connection: Connection = CONNECTION,
) -> Document:
    """List the network interfaces of the host.

    Active ones only, unless --all or --inactive says otherwise.

    Examples:
        iface-list --all  # also those that are down
    """
    flags = activity(ListAllInterfaces, inactive=inactive, all=all)
    rows = listed(
        lambda: _rows(connection, flags),
        "Failed to list interfaces",
        count=connection.num_of_interfaces,
        counting="Failed to list active interfaces",
    )
    return Table(
        rows,
        Column("Name", "name"),
        Column("State", "active", activity_word),
        Column("MAC Address", "mac", lambda mac: mac or ""),
    )


def _rows(connection: Connection, flags: int) -> list[list[object]]:
    """Name, state and MAC address: two listings by state at once, instead of a call for each."""
    states = [(ListAllInterfaces.INACTIVE, False), (ListAllInterfaces.ACTIVE, True)]
    wanted = [(flag, active) for flag, active in states if flags & flag]
    answers = connection.many(
        [connection.list_all_interfaces.request(int(flag)) for flag, _ in wanted]
    )
    rows: dict[str, list[Any]] = {}  # one that came up in between is in both, and is up
    for (_, active), answer in zip(wanted, answers, strict=True):
        if isinstance(answer, Error):
            raise answer
        for interface in answer:
            rows[interface.name] = [interface.name, active, interface.mac]
    return sorted(rows.values(), key=lambda row: name_order(row[0]))
