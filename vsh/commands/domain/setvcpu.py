"""setvcpu: put single CPUs of a guest in or out."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import BITS, Argument, Flag
from vsh.commands.domain._cpus import vcpu_numbers
from vsh.errors import CommandError
from vsh.words.domain.cpu import DomainSetVcpu

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


def _either(given: dict[str, object]) -> None:
    if given.keys().isdisjoint(("enable", "disable")):
        raise CommandError("one of --enable, --disable is required")


@command(
    exclusive=(*IMPACT_EXCLUSIVE, ("enable", "disable")), order=(_either, "vcpulist", "domain")
)
def setvcpu(
    domain: Domain = DOMAIN,
    vcpulist: str = Argument("the numbers of the CPUs, as a list", complete=vcpu_numbers),
    enable: bool = Flag("put them in"),
    disable: bool = Flag("take them out"),
    async_: bool = Flag(
        "do not wait until the guest has let go of a CPU", bit=DomainSetVcpu.ASYNC_UNPLUG
    ),
    impact: int = impact(),
    flags: int = BITS,
) -> None:
    """Put single CPUs of a guest in, or take them out.

    For a guest that runs they are plugged; otherwise the definition is changed.

    Examples:
        setvcpu web1 1 --disable --live  # take one CPU away
    """
    domain.set_vcpu(vcpulist, int(enable), impact | flags)
