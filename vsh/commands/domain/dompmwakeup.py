"""dompmwakeup: wake a guest that sleeps by its own power management."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import domain_argument
from vsh.errors import failing
from vsh.output.document import Said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document

SLEEPING_DOMAIN = domain_argument(complete="OTHER")


@command
def dompmwakeup(domain: Domain = SLEEPING_DOMAIN) -> Document:
    """Wake a guest that sleeps in its memory.

    The guest went to sleep there by dompmsuspend, or by itself.

    Examples:
        dompmwakeup web1  # and wake up
    """
    with failing(f"Domain '{domain.name}' could not be woken up"):
        domain.pm_wakeup(0)
    return Said("Domain '{domain}' successfully woken up", domain=domain.name)
