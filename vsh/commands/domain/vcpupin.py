"""vcpupin: where the CPUs of a domain may run."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, IMPACT_EXCLUSIVE
from vsh.cli.params import BITS, Flag, Option, anything, uint32
from vsh.commands.domain._cpus import (
    count_if_there,
    cpu_map,
    cpu_numbers,
    host_cpus,
    in_map,
    map_length,
    ranges,
    slices,
    vcpu_numbers,
)
from vsh.commands.domain._shared import late_domain
from vsh.errors import CommandError
from vsh.output.document import Column, Table
from vsh.words.domain import DomainModificationImpact
from vsh.words.domain.cpu import DomainVcpu

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.connection import Connection
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE, tells="[vcpu affinity] | done")
def vcpupin(
    domain: Callable[[], Domain] = late_domain(),
    vcpu: int | None = Option(
        "number of the guest's CPU", kind=uint32, by_place=True, complete=vcpu_numbers
    ),
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
    connection: Connection = CONNECTION,
) -> Document | None:
    """Print or set which of the host's CPUs a guest's CPU may run on.

    Without a list the present pinning is printed.

    Examples:
        vcpupin web1  # which host CPUs each may use
        vcpupin web1 0 2-3 --live  # CPU 0 on 2 and 3
    """
    if cpulist is None and live and config:
        raise CommandError("Options --live and --config are mutually exclusive")
    if cpulist is not None and vcpu is None:
        raise CommandError("vcpupin: Missing vCPU number in pin mode.")
    host = host_cpus(connection)
    found = domain()
    if cpulist is None:
        return _query(found, vcpu, host, flags)
    cpumap = cpu_map(cpulist, host)
    assert vcpu is not None  # a list of CPUs is for one
    if flags or current:
        found.pin_vcpu_flags(vcpu, cpumap, flags)
    else:
        found.pin_vcpu(vcpu, cpumap)
    return None


def _query(domain: Domain, vcpu: int | None, host: int, flags: int) -> Document:
    count = count_if_there(domain, flags | DomainVcpu.MAXIMUM)
    if count is None:
        which = "offline" if flags & DomainModificationImpact.LIVE else "transient"
        raise CommandError(f"cannot get vcpupin for {which} domain")
    if vcpu is not None and vcpu >= count:
        config = flags & DomainModificationImpact.CONFIG
        live = flags & DomainModificationImpact.LIVE or (not config and domain.is_active() == 1)
        raise CommandError(
            f"vcpu {vcpu} is out of range of {'live' if live else 'persistent'} cpu count {count}"
        )
    length = map_length(host)
    pins = domain.get_vcpu_pin_info(count, length, flags)
    maps = slices(pins.cpumaps, length)[: pins.num]
    return Table(
        [[number, in_map(cpumap)] for number, cpumap in enumerate(maps) if vcpu in (None, number)],
        Column("VCPU", "vcpu"),
        Column("CPU Affinity", "affinity", ranges),
    )
