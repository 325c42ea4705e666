"""list: the domains of the connection."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, SESSION
from vsh.cli.params import Flag, Flags
from vsh.commands._listing import activity, name_order
from vsh.commands._states import id_word, shown_id
from vsh.errors import Error, failing
from vsh.output.document import Column, Shaped, Table
from vsh.words.connection import ListAllDomains
from vsh.words.domain.state import state_word

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document, Row


@command(
    exclusive=(("table", "name"), ("table", "id")),
    tells=(
        "[id name state uuid persistent autostart title vcpus memory_bytes max_memory_bytes "
        "usage_percent? ip? snapshots? up_ns?]"
    ),
)
def list(
    inactive: bool = Flag("list inactive domains"),
    all: bool = Flag("list inactive and active domains"),
    filters: int = Flags(
        ListAllDomains,
        transient="list transient domains",
        persistent="list persistent domains",
        with_snapshot=("list domains that have snapshots", "HAS_SNAPSHOT"),
        without_snapshot=("list domains that have no snapshot", "NO_SNAPSHOT"),
        with_checkpoint=("list domains that have checkpoints", "HAS_CHECKPOINT"),
        without_checkpoint=("list domains that have no checkpoint", "NO_CHECKPOINT"),
        state_running=("list running domains", "RUNNING"),
        state_paused=("list paused domains", "PAUSED"),
        state_shutoff=("list domains that are shut off", "SHUTOFF"),
        state_other=("list domains in other states", "OTHER"),
        autostart="list domains that start with the host",
        no_autostart="list domains that do not start with the host",
        with_managed_save=("list domains that have a managed save image", "MANAGEDSAVE"),
        without_managed_save=("list domains that have no managed save image", "NO_MANAGEDSAVE"),
    ),
    uuid: bool = Flag("list UUIDs only"),
    name: bool = Flag("list names only"),
    id: bool = Flag("list ids only"),
    table: bool = Flag("list as a table (the default)"),
    managed_save: bool = Flag("show inactive domains that have a managed save image as saved"),
    title: bool = Flag("show the titles of the domains"),
    wide: bool = Flag("show all there is to say of each domain", extra=True),
    cpu: bool = Flag("measure for half a second how busy their CPUs are now", extra=True),
    connection: Connection = CONNECTION,
    session: Session = SESSION,
) -> Document:
    """List domains.

    Running domains only, unless --all, --inactive or a filter says otherwise.

    For people there are also the vCPUs, the memory, how much of the vCPUs was used since the start
    (with --cpu: just now), the address of a DHCP lease, the number of snapshots and how long it has
    been up.  CPU and Up are known where the guests run on this machine.  The setting columns
    chooses what is shown.

    Examples:
        list --all  # also what is off
        list --all --name  # one name a line, for scripts
        list --all --wide  # with autostart, title, UUID
        list --inactive --with-snapshot  # off, and with a snapshot
    """
    inactive = inactive or bool(filters & ListAllDomains.SHUTOFF)
    which = activity(ListAllDomains, inactive=inactive, all=all)
    picked = which | filters
    if (uuid or name or id) and not table:
        return _words(connection, picked, uuid=uuid, name=name, id=id)
    if session.people or wide or cpu:
        from vsh.commands.monitor._people import listing

        return listing(
            connection,
            _listed(connection, picked),
            uuid=uuid,
            managed_save=managed_save,
            title=title,
            wide=wide,
            cpu=cpu,
        )
    return _table(connection, picked, uuid=uuid, managed_save=managed_save, title=title)


def _listed(connection: Connection, picked: int) -> Sequence[Domain]:
    """The picked domains, in order."""
    with failing("Failed to list domains"):
        return sorted(connection.list_all_domains(picked), key=_order)


def _order(domain: Domain) -> tuple[bool, int, bytes]:
    """Running domains by id, then the others by name, whatever their case."""
    return domain.id == -1, domain.id, name_order(domain.name)


def _words(connection: Connection, picked: int, *, uuid: bool, name: bool, id: bool) -> Document:
    """The asked-for words of each domain on a line; ids alone are those of running domains."""
    domains = _listed(connection, picked)
    if id and not uuid and not name:
        domains = [domain for domain in domains if domain.id != -1]
    text = ""
    for domain in domains:
        words = [domain.uuid] if uuid else []
        if id:
            words.append(shown_id(id_word(domain)))
        if name:
            words.append(domain.name)
        text += " ".join(words) + "\n"

    def rows() -> Sequence[Row]:
        whole = _table(connection, picked, uuid=False, managed_save=False, title=False)
        kept = {domain.uuid for domain in domains}
        return [row for row in whole.rows_as_data() if row["uuid"] in kept]

    return Shaped(text, rows)


def _table(
    connection: Connection, picked: int, *, uuid: bool, managed_save: bool, title: bool
) -> Table:
    with failing("Failed to list domains"):
        found, answers = connection.driver.domains_and_states(connection, picked)
    # a domain may have gone in the meantime
    known = {
        domain.uuid: answer[0]
        for domain, answer in zip(found, answers, strict=True)
        if not isinstance(answer, Error)
    }
    domains = sorted((domain for domain in found if domain.uuid in known), key=_order)
    states = [known[domain.uuid] for domain in domains]
    words = [state_word(state) for state in states]
    texts: Sequence[str] = ()
    if managed_save or title:
        from vsh.commands.monitor._titles import more

        saved, texts = more(connection, domains, states, managed_save=managed_save, title=title)
        for number in saved:
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
        columns.append(Column("Title", "title", value=lambda text: text or None))
        for row, text in zip(rows, texts, strict=True):
            row.append(text)
    if uuid:
        columns.append(Column("UUID", "uuid"))
        for row, domain in zip(rows, domains, strict=True):
            row.append(domain.uuid)

    def told() -> Sequence[Row]:
        from vsh.commands.monitor._described import described

        return described(connection, domains)

    return Table(rows, *columns, extra=told)
