"""domstats: statistics of domains, many at once."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, domain_argument
from vsh.cli.params import Flag, Flags
from vsh.commands._typed import typed_texts
from vsh.output.document import Shaped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


class Stats:
    """Groups of statistics (virDomainStatsTypes)."""

    STATE = 1 << 0
    CPU_TOTAL = 1 << 1
    BALLOON = 1 << 2
    VCPU = 1 << 3
    INTERFACE = 1 << 4
    BLOCK = 1 << 5
    PERF = 1 << 6
    IOTHREAD = 1 << 7
    MEMORY = 1 << 8
    DIRTYRATE = 1 << 9
    VM = 1 << 10


class Which:
    """Which domains and how (virConnectGetAllDomainStatsFlags)."""

    LIST_ACTIVE = 1 << 0
    LIST_INACTIVE = 1 << 1
    LIST_PERSISTENT = 1 << 2
    LIST_TRANSIENT = 1 << 3
    LIST_RUNNING = 1 << 4
    LIST_PAUSED = 1 << 5
    LIST_SHUTOFF = 1 << 6
    LIST_OTHER = 1 << 7
    NOWAIT = 1 << 29
    BACKING = 1 << 30
    ENFORCE = 1 << 31


@command
def domstats(
    stats: int = Flags(
        Stats,
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
        Which,
        list_active="only active domains",
        list_inactive="only inactive domains",
        list_persistent="only persistent domains",
        list_transient="only transient domains",
        list_running="only running domains",
        list_paused="only paused domains",
        list_shutoff="only domains that are shut off",
        list_other="only domains in other states",
    ),
    raw: bool = Flag("print the fields as they are (they always are)"),
    how: int = Flags(
        Which,
        enforce="fail if a group of statistics is not supported",
        backing="also the backing files of disks",
        nowait="only what can be had at once",
    ),
    domain: list[Any] = domain_argument("only these domains", required=False, repeats=True),
    connection: Any = CONNECTION,
) -> Document:
    """Print statistics of one, several or all domains.

    Every group of statistics that is supported, unless some are named.
    """
    records = connection.get_all_domain_stats(domain, stats, listed | how)
    text = "\n".join(
        f"Domain: '{record.domain.name}'\n"
        + "".join(f"  {name}={value}\n" for name, value in typed_texts(record.params))
        for record in records
    )
    shape = [{"domain": record.domain.name, **record.params} for record in records]
    return Shaped(text, shape)
