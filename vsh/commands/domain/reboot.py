"""reboot: ask a guest to reboot."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.commands.domain._shared import LATE_ACTIVE_DOMAIN, MODE, modes
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.domain.lifecycle import DomainReboot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command
def reboot(domain: Callable[[], Domain] = LATE_ACTIVE_DOMAIN, mode: str | None = MODE) -> Document:
    """Ask the guest to reboot.

    What happens then is up to the domain's on_reboot action.

    Examples:
        reboot web1  # ask the guest to
        reboot web1 --mode agent  # by its agent
    """
    flags = modes(mode, DomainReboot, " or")
    found = domain()
    with failing(f"Failed to reboot domain '{found.called}'"):
        found.reboot(flags)
    return Done("Domain '{domain}' is being rebooted", domain=found.called)
