"""iothreadpin: where an I/O thread of a domain may run."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, uint32
from vsh.commands._devices import iothread_numbers
from vsh.commands.domain._cpus import cpu_map, cpu_numbers, host_cpus

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command(exclusive=IMPACT_EXCLUSIVE)
def iothreadpin(
    domain: Domain = DOMAIN,
    iothread: int = Argument("number of the I/O thread", kind=uint32, complete=iothread_numbers),
    cpulist: str = Argument(
        "the host's CPUs it may run on, as a list; r is all of them", complete=cpu_numbers
    ),
    impact: int = impact(),
) -> None:
    """Set which of the host's CPUs an I/O thread may run on.

    iothreadinfo prints the present pinning.

    Examples:
        iothreadpin web1 1 2-3 --live  # thread 1 on the CPUs 2 and 3
    """
    cpumap = cpu_map(cpulist, host_cpus(domain.connection))
    domain.pin_iothread(iothread, cpumap, impact)
