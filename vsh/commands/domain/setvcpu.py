"""setvcpu: put single CPUs of a guest in or out."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Flag
from vsh.commands.domain._shared import late_domain
from vsh.errors import CommandError
from vsh.words.domain.cpu import DomainSetVcpu

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.domain import Domain


@command(exclusive=(*IMPACT_EXCLUSIVE, ("enable", "disable")))
def setvcpu(
    domain: Callable[[], Domain] = late_domain(),
    vcpulist: str = Argument("the numbers of the CPUs, as a list"),
    enable: bool = Flag("put them in"),
    disable: bool = Flag("take them out"),
    async_: bool = Flag("do not wait until the guest has let go of a CPU"),
    impact: int = impact(),
) -> None:
    """Put single CPUs of a guest in, or take them out.

    For a guest that runs they are plugged; otherwise the definition is changed.

    Examples:
        setvcpu web1 1 --disable --live  # take one CPU away
    """
    if not enable and not disable:
        raise CommandError("one of --enable, --disable is required")
    flags = impact | (DomainSetVcpu.ASYNC_UNPLUG if async_ else 0)
    domain().set_vcpu(vcpulist, int(enable), flags)
