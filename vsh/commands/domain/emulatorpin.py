"""emulatorpin: where the emulator of a domain may run."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE
from vsh.cli.params import BITS, Flag, Option, anything
from vsh.commands.domain._cpus import cpu_map, cpu_numbers, host_cpus, in_map, map_length, ranges
from vsh.output.document import Heading, Text
from vsh.words.domain import DomainModificationImpact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE, tells="affinity | done")
def emulatorpin(
    domain: Domain = DOMAIN,
    cpulist: str | None = Option(
        "the host's CPUs it may run on, as a list; r is all of them",
        kind=anything,
        by_place=True,
        complete=cpu_numbers,
    ),
    config: bool = Flag("affect next boot", bit=DomainModificationImpact.CONFIG),
    live: bool = Flag("affect running domain", bit=DomainModificationImpact.LIVE),
    current: bool = Flag("affect current domain"),
    flags: int = BITS,
) -> list[Document] | None:
    """Print or set which of the host's CPUs the emulator's own threads may run on.

    Without a list the present pinning is printed.

    Examples:
        emulatorpin web1  # where QEMU's own threads may run
        emulatorpin web1 0-1 --config  # on 0 and 1
    """
    host = host_cpus(domain.connection)
    if cpulist is not None:
        if not (config or live or current):
            flags = DomainModificationImpact.LIVE
        domain.pin_emulator(cpu_map(cpulist, host), flags)
        return None
    pin = domain.get_emulator_pin_info(map_length(host), flags)
    cpus = in_map(pin.cpumaps)
    return [
        Heading("emulator: CPU Affinity\n----------------------------------\n       *: "),
        Text(f"{ranges(cpus)}\n", affinity=cpus),
    ]
