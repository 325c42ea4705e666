"""dompmsuspend: put a guest to sleep by its own power management."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Argument, Option, uint64
from vsh.errors import CommandError, failing
from vsh.output.document import Said
from vsh.words.host import NodeSuspendTarget

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


TARGETS = NodeSuspendTarget.words()


@command
def dompmsuspend(
    domain: Domain = ACTIVE_DOMAIN,
    target: str = Argument("where to: mem, disk or hybrid", complete=TARGETS),
    duration: int | None = Option("for how many seconds (not all hypervisors can)", kind=uint64),
) -> Document:
    """Put a guest to sleep by its own power management.

    Needs the agent in the guest.  A guest that sleeps in memory is woken by dompmwakeup.

    Examples:
        dompmsuspend web1 mem  # sleep, as a laptop does
    """
    if target not in TARGETS:
        raise CommandError("Invalid target", hint="mem, disk or hybrid")
    with failing(f"Domain '{domain.name}' could not be suspended"):
        domain.pm_suspend_for_duration(TARGETS.index(target), duration or 0, 0)
    return Said("Domain '{domain}' successfully suspended", domain=domain.name)
