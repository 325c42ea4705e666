"""net-list: the networks of the connection."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Flag, Flags
from vsh.commands._listing import activity, activity_word, answers, fact, listed, name_order, yes_no
from vsh.commands.network._shared import description
from vsh.errors import CommandError, Error, NoNetworkMetadata, NoSupport
from vsh.output.document import Column, Lines, Table
from vsh.words.connection import ListAllNetworks
from vsh.words.network import NetworkMetadataType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.api.network import Network
    from vsh.output.document import Document, Row


@command(tells="[name active autostart persistent uuid title]")
def net_list(
    inactive: bool = Flag("list inactive networks"),
    all: bool = Flag("list inactive and active networks"),
    filters: int = Flags(
        ListAllNetworks,
        persistent="list persistent networks",
        transient="list transient networks",
        autostart="list networks that start with the host",
        no_autostart="list networks that do not start with the host",
    ),
    uuid: bool = Flag("list UUIDs only"),
    name: bool = Flag("list names only"),
    table: bool = Flag("list as a table (the default)"),
    title: bool = Flag("show the titles of the networks"),
    connection: Connection = CONNECTION,
) -> Document:
    """List networks.

    Active networks only, unless --all or --inactive says otherwise.

    Examples:
        net-list --all  # also those that are stopped
    """
    if table + name + uuid > 1:
        raise CommandError("Only one argument from --table, --name and --uuid may be specified.")
    which = activity(ListAllNetworks, inactive=inactive, all=all)
    networks = listed(
        lambda: connection.list_all_networks(which | filters),
        "Failed to list networks",
        count=connection.num_of_networks,
        counting="Failed to get the number of active networks",
    )
    networks.sort(key=lambda network: name_order(network.name))

    def whole() -> list[Row]:
        return _table(connection, networks, title=False).rows_as_data()

    if uuid:
        return Lines([network.uuid for network in networks], "uuid", rows=whole)
    if name:
        return Lines([network.name for network in networks], rows=whole)
    return _table(connection, networks, title=title)


def _table(connection: Connection, networks: list[Network], *, title: bool) -> Table:
    rows: list[list[object]] = []
    facts = answers(connection, networks, _requests)
    for network, (autostart, active, persistent) in zip(networks, facts, strict=True):
        rows.append([network.name, fact(active) is not False, fact(autostart), fact(persistent)])
    columns = [
        Column("Name", "name"),
        Column("State", "active", activity_word),
        Column("Autostart", "autostart", yes_no),
        Column("Persistent", "persistent", yes_no),
    ]
    if title:
        columns.append(Column("Title", "title", value=lambda text: text or None))
        for row, text in zip(rows, _titles(connection, networks), strict=True):
            row.append(text)

    def more() -> list[Row]:
        titles = connection.many(
            [network.get_metadata.request(NetworkMetadataType.TITLE) for network in networks]
        )
        return [
            {"uuid": network.uuid, "title": _known(network, title)}
            for network, title in zip(networks, titles, strict=True)
        ]

    return Table(rows, *columns, extra=more)


def _requests(network: Network) -> list[object]:
    return [
        network.get_autostart.request(),
        network.is_active.request(),
        network.is_persistent.request(),
    ]


def _known(network: Network, title: str | Error) -> str | None:
    """A title, or None where there is none or it cannot be had."""
    if isinstance(title, NoSupport):
        try:
            title = description(network, NetworkMetadataType.TITLE)
        except Error:
            return None
    return None if isinstance(title, Error) else title or None


def _titles(connection: Connection, networks: list[Network]) -> list[str]:
    """The title of each network; from its document where the driver has no better way."""
    titles: list[str] = []
    answers = connection.many(
        [network.get_metadata.request(NetworkMetadataType.TITLE) for network in networks]
    )
    for network, answer in zip(networks, answers, strict=True):
        if isinstance(answer, NoNetworkMetadata):
            titles.append("")
        elif isinstance(answer, NoSupport):
            titles.append(description(network, NetworkMetadataType.TITLE))
        elif isinstance(answer, Error):
            raise answer
        else:
            titles.append(answer)
    return titles
