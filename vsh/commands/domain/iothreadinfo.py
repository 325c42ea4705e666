"""iothreadinfo: the I/O threads of a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.commands.domain._cpus import in_map, ranges
from vsh.errors import failing
from vsh.output.document import Column, Nothing, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE, tells="[iothread_id affinity]")
def iothreadinfo(domain: Domain = DOMAIN, impact: int = impact()) -> Document:
    """List the I/O threads of a domain, and which of the host's CPUs they may run on.

    With --config it is what the next start will have.

    Examples:
        iothreadinfo web1  # its I/O threads and where they may run
    """
    with failing("Unable to get domain IOThreads information"):
        threads = domain.get_iothread_info(impact)
    if not threads:
        return Nothing("No IOThreads found for the domain")
    return Table(
        [[thread.iothread_id, in_map(thread.cpumap)] for thread in threads],
        Column("IOThread ID", "iothread_id"),
        Column("CPU Affinity", "affinity", ranges),
    )
