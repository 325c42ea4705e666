"""list: the domains of the connection."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION
from vsh.cli.params import Flag, Flags
from vsh.commands._listing import name_order
from vsh.commands._states import id_word, shown_id, state_word
from vsh.errors import Error, NoDomainMetadata, NoSupport, failing
from vsh.output.document import Column, Shaped, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


SHUTOFF = 5  # virDomainState
METADATA_TITLE = 1  # virDomainMetadataType


class Filter:
    """Which domains to list (virConnectListAllDomainsFlags)."""

    ACTIVE = 1 << 0
    INACTIVE = 1 << 1
    PERSISTENT = 1 << 2
    TRANSIENT = 1 << 3
    STATE_RUNNING = 1 << 4
    STATE_PAUSED = 1 << 5
    STATE_SHUTOFF = 1 << 6
    STATE_OTHER = 1 << 7
    WITH_MANAGED_SAVE = 1 << 8
    WITHOUT_MANAGED_SAVE = 1 << 9
    AUTOSTART = 1 << 10
    NO_AUTOSTART = 1 << 11
    WITH_SNAPSHOT = 1 << 12
    WITHOUT_SNAPSHOT = 1 << 13
    WITH_CHECKPOINT = 1 << 14
    WITHOUT_CHECKPOINT = 1 << 15


@command(exclusive=(("table", "name"), ("table", "id")))
def list(
    inactive: bool = Flag("list inactive domains"),
    all: bool = Flag("list inactive and active domains"),
    filters: int = Flags(
        Filter,
        transient="list transient domains",
        persistent="list persistent domains",
        with_snapshot="list domains that have snapshots",
        without_snapshot="list domains that have no snapshot",
        with_checkpoint="list domains that have checkpoints",
        without_checkpoint="list domains that have no checkpoint",
        state_running="list running domains",
        state_paused="list paused domains",
        state_shutoff="list domains that are shut off",
        state_other="list domains in other states",
        autostart="list domains that start with the host",
        no_autostart="list domains that do not start with the host",
        with_managed_save="list domains that have a managed save image",
        without_managed_save="list domains that have no managed save image",
    ),
    uuid: bool = Flag("list UUIDs only"),
    name: bool = Flag("list names only"),
    id: bool = Flag("list ids only"),
    table: bool = Flag("list as a table (the default)"),
    managed_save: bool = Flag("show inactive domains that have a managed save image as saved"),
    title: bool = Flag("show the titles of the domains"),
    connection: Any = CONNECTION,
) -> Document:
    """List domains.

    Running domains only, unless --all, --inactive or a filter says otherwise.
    """
    which = Filter.INACTIVE if inactive or filters & Filter.STATE_SHUTOFF else Filter.ACTIVE
    if all:
        which = Filter.ACTIVE | Filter.INACTIVE
    with failing("Failed to list domains"):
        domains = connection.list_all_domains(which | filters)
    domains.sort(key=_order)
    if (uuid or name or id) and not table:
        return _words(domains, uuid=uuid, name=name, id=id)
    return _table(connection, domains, uuid=uuid, managed_save=managed_save, title=title)


def _order(domain: Any) -> tuple[bool, int, bytes]:
    """Running domains by id, then the others by name, whatever their case."""
    return domain.id == -1, domain.id, name_order(domain.name)


def _words(domains: Any, *, uuid: bool, name: bool, id: bool) -> Document:
    """The asked-for words of each domain on a line; ids alone are those of running domains."""
    rows = []
    for domain in domains:
        row: dict[str, Any] = {}
        if uuid:
            row["uuid"] = domain.uuid
        if id:
            if domain.id == -1 and not uuid and not name:
                continue
            row["id"] = id_word(domain)
        if name:
            row["name"] = domain.name
        rows.append(row)
    text = "".join(" ".join(map(shown_id, row.values())) + "\n" for row in rows)
    return Shaped(text, rows)


def _table(
    connection: Any, domains: Any, *, uuid: bool, managed_save: bool, title: bool
) -> Document:
    answers = connection.driver.domain_states(domains)
    # a domain may have gone in the meantime
    kept = [pair for pair in zip(domains, answers, strict=True) if not isinstance(pair[1], Error)]
    domains = [domain for domain, _ in kept]
    states = [state for _, (state, _) in kept]
    words = [state_word(state) for state in states]
    if managed_save:
        off = [number for number, state in enumerate(states) if state == SHUTOFF]
        saved = connection.many(
            [domains[number].has_managed_save_image.request() for number in off]
        )
        for number, answer in zip(off, saved, strict=True):
            if answer == 1:
                words[number] = "saved"
    columns = [
        Column("Id", "id", shown_id, right=True),
        Column("Name", "name"),
        Column("State", "state"),
    ]
    rows = [
        [id_word(domain), domain.name, word] for domain, word in zip(domains, words, strict=True)
    ]
    if title:
        columns.append(Column("Title", "title"))
        for row, text in zip(rows, _titles(connection, domains), strict=True):
            row.append(text)
    extra = None
    if uuid:
        columns.append(Column("UUID", "uuid"))
        for row, domain in zip(rows, domains, strict=True):
            row.append(domain.uuid)
    else:
        extra = [{"uuid": domain.uuid} for domain in domains]
    return Table(rows, *columns, extra=extra)


def _titles(connection: Any, domains: Any) -> Any:
    """The title of each domain; from its document where the driver has no better way."""
    titles = connection.many([domain.get_metadata.request(METADATA_TITLE) for domain in domains])
    for number, answer in enumerate(titles):
        if isinstance(answer, NoDomainMetadata):
            titles[number] = ""
        elif isinstance(answer, NoSupport):
            from vsh.commands._devices import domain_tree

            titles[number] = str(domain_tree(domains[number]).xpath("string(./title[1])"))
        elif isinstance(answer, Error):
            raise answer
    return titles
