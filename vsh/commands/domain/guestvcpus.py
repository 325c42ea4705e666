"""guestvcpus: CPUs that the guest uses, by its agent."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag, Option
from vsh.commands.domain._shared import LATE_ACTIVE_DOMAIN, parameter_fields
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(
    exclusive=(("enable", "disable"),),
    requires={"enable": "cpulist", "disable": "cpulist"},
    tells="vcpus_present? vcpus_online? vcpus_offlinable? params? | done",
)
def guestvcpus(
    domain: Callable[[], Domain] = LATE_ACTIVE_DOMAIN,
    cpulist: str | None = Option("the numbers of the CPUs, as a list", by_place=True),
    enable: bool = Flag("use them"),
    disable: bool = Flag("do not use them"),
) -> Document | None:
    """Print or set which of its CPUs the guest uses.

    Needs the agent in the guest.

    Examples:
        guestvcpus web1  # what the guest thinks
        guestvcpus web1 --cpulist 1 --disable  # by its agent
    """
    if cpulist and not enable and not disable:
        raise CommandError("One of options --enable or --disable is required by option --cpulist")
    found = domain()
    if cpulist:
        found.set_guest_vcpus(cpulist, int(enable), 0)
        return None
    return parameter_fields(found.get_guest_vcpus(0))
