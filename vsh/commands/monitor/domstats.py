"""domstats: statistics of domains, many at once."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, SESSION, domain_argument
from vsh.cli.params import Flag, Flags, Option, declared, param_of, seconds
from vsh.commands._typed import typed_texts
from vsh.output.document import Shaped
from vsh.words.connection import GetAllDomainStats
from vsh.words.domain.statistics import DomainStatsTypes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.output.document import Document


DOMAINS: list[Domain] = declared(
    param_of(domain_argument("only these domains", required=False, repeats=True))
)


@command(
    tells=(
        "[name uuid state? reason? cpu_total? balloon? vcpus_current? vcpus_maximum? "
        "vcpu_stats? interfaces? blocks? iothreads? perf? dirtyrate? vm? memory? raw? "
        "time_elapsed_ns? rates?]"
    )
)
def domstats(
    stats: int = Flags(
        DomainStatsTypes,
        state="the state and why it is so",
        cpu_total="CPU time used on the host",
        balloon="memory balloon",
        vcpu="virtual CPUs",
        interface="network interfaces",
        block="disks",
        perf="performance events",
        iothread="I/O threads",
        memory="use of the host's memory bandwidth and caches",
        dirtyrate="how fast the guest dirties its memory",
        vm="whatever else the hypervisor counts",
    ),
    listed: int = Flags(
        GetAllDomainStats,
        list_active=("only active domains", "ACTIVE"),
        list_inactive=("only inactive domains", "INACTIVE"),
        list_persistent=("only persistent domains", "PERSISTENT"),
        list_transient=("only transient domains", "TRANSIENT"),
        list_running=("only running domains", "RUNNING"),
        list_paused=("only paused domains", "PAUSED"),
        list_shutoff=("only domains that are shut off", "SHUTOFF"),
        list_other=("only domains in other states", "OTHER"),
    ),
    raw: bool = Flag("structured formats: libvirt's own flat names and numbers"),
    diff: int | None = Option(
        "what was gained in a second, over so many seconds", kind=seconds, extra=True, complete=()
    ),
    how: int = Flags(
        GetAllDomainStats,
        enforce=("fail if a group of statistics is not supported", "ENFORCE_STATS"),
        backing="also the backing files of disks",
        nowait="only what can be had at once",
    ),
    domain: list[Domain] = DOMAINS,
    connection: Connection = CONNECTION,
    session: Session = SESSION,
) -> Document | Iterator[Document]:
    """Print statistics of one, several or all domains.

    Every group of statistics that is supported, unless some are named.

    Examples:
        domstats web1 --balloon --vcpu  # two groups of one domain
        domstats web1 --block --interface --diff 1  # bytes and requests a second
        domstats --list-running  # all groups of all that run
    """
    if diff is not None:
        from vsh.commands.monitor._rates import rates

        return rates(
            lambda: connection.get_all_domain_stats(domain, stats, listed | how),
            diff,
            people=session.people,
        )
    records = connection.get_all_domain_stats(domain, stats, listed | how)
    if session.people and not raw:
        from vsh.commands.monitor._figures import statistics

        return statistics(records)
    text = "\n".join(
        f"Domain: '{record.domain.name}'\n"
        + "".join(f"  {name}={value}\n" for name, value in typed_texts(record.params))
        for record in records
    )
    if raw:
        shape = [
            {"name": record.domain.name, "uuid": record.domain.uuid, "raw": dict(record.params)}
            for record in records
        ]
        return Shaped(text, shape)

    def told() -> object:
        from vsh.commands.monitor._statistics import nested

        return [nested(each.domain.name, each.domain.uuid, each.params) for each in records]

    return Shaped(text, told)
