"""setmaxmem: how much memory a guest can have."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument
from vsh.commands.domain._tuning import kibibytes
from vsh.errors import failing
from vsh.words.domain.memory import DomainMemoryMod

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command(exclusive=IMPACT_EXCLUSIVE, old={"kilobytes": "size"})
def setmaxmem(
    domain: Domain = DOMAIN,
    size: int = Argument("the new limit, KiB or with a suffix", kind=kibibytes),
    impact: int = impact(),
) -> None:
    """Set how much memory a guest can have.

    Most hypervisors can change it only while the guest is shut off.

    Examples:
        setmaxmem db1 8G --config  # what it may be given at most
    """
    with failing("Unable to change MaxMemorySize"):
        domain.set_memory_flags(size, impact | DomainMemoryMod.MAXIMUM)
