"""setvcpus: how many CPUs a guest has."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE
from vsh.cli.params import BITS, Argument, Flag, uint32
from vsh.errors import CommandError
from vsh.words.domain.cpu import DomainVcpu

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command(exclusive=(*IMPACT_EXCLUSIVE, ("guest", "config")), requires={"maximum": "config"})
def setvcpus(
    domain: Domain = DOMAIN,
    count: int = Argument("how many", kind=uint32),
    maximum: bool = Flag("set how many it can have", bit=DomainVcpu.MAXIMUM),
    config: bool = Flag("affect next boot", bit=DomainVcpu.CONFIG),
    live: bool = Flag("affect running domain", bit=DomainVcpu.LIVE),
    current: bool = Flag("affect current domain"),
    guest: bool = Flag("have the guest's agent put CPUs on and off line", bit=DomainVcpu.GUEST),
    hotpluggable: bool = Flag(
        "CPUs that are added can be taken away again", bit=DomainVcpu.HOTPLUGGABLE
    ),
    async_: bool = Flag(
        "do not wait until the guest has let go of a CPU", bit=DomainVcpu.ASYNC_UNPLUG
    ),
    flags: int = BITS,
) -> None:
    """Set how many CPUs a guest has.

    Without an option that says otherwise the running guest is changed.

    Examples:
        setvcpus web1 2 --live  # how many it has now
        setvcpus db1 8 --config --maximum  # how many it can ever have
    """
    if not count:
        raise CommandError("Can't set 0 processors for a VM")
    if flags or current:
        domain.set_vcpus_flags(count, flags)
    else:
        domain.set_vcpus(count)
