"""iface-list: the interfaces of the host."""

from __future__ import annotations

from vsh.api.flags.connection import ListAllInterfaces
from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Flag
from vsh.commands._listing import activity, fact, listed, name_order
from vsh.output.document import Column, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("all", "inactive"),))
def iface_list(
    inactive: bool = Flag("list inactive interfaces"),
    all: bool = Flag("list inactive and active interfaces"),
    connection: Any = CONNECTION,
) -> Document:
    """List the network interfaces of the host.

    Active ones only, unless --all or --inactive says otherwise.
    """
    flags = activity(ListAllInterfaces, inactive=inactive, all=all)
    interfaces = listed(
        lambda: connection.list_all_interfaces(flags),
        "Failed to list interfaces",
        count=connection.num_of_interfaces,
        counting="Failed to list active interfaces",
    )
    interfaces.sort(key=lambda interface: name_order(interface.name))
    active = connection.many([interface.is_active.request() for interface in interfaces])
    rows = [
        [interface.name, "inactive" if fact(answer) is False else "active", interface.mac]
        for interface, answer in zip(interfaces, active, strict=True)
    ]
    return Table(
        rows,
        Column("Name", "name"),
        Column("State", "state"),
        Column("MAC Address", "mac", lambda mac: mac or ""),
    )
