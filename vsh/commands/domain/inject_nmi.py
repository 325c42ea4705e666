"""inject-nmi: a non-maskable interrupt for a guest."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command
def inject_nmi(domain: Domain = ACTIVE_DOMAIN) -> None:
    """Send a non-maskable interrupt to a guest.

    What it does then depends on the guest: many write their memory out, or stop.

    Examples:
        inject-nmi web1  # make a hung guest dump itself
    """
    domain.inject_nmi(0)
