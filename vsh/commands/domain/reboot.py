"""reboot: ask a guest to reboot."""

from __future__ import annotations

from vsh.api.flags.domain import DomainReboot
from vsh.cli.command import command
from vsh.cli.params import Argument
from vsh.commands.domain._shared import ACTIVE, late_domain, listed, modes
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


REBOOT_MODES = {
    "acpi": DomainReboot.ACPI_POWER_BTN,
    "agent": DomainReboot.GUEST_AGENT,
    "initctl": DomainReboot.INITCTL,
    "signal": DomainReboot.SIGNAL,
    "paravirt": DomainReboot.PARAVIRT,
}


@command
def reboot(
    domain: Any = late_domain(complete=ACTIVE),
    mode: str | None = Argument(
        "how to ask: a list of acpi, agent, initctl, signal, paravirt",
        required=False,
        complete=listed(REBOOT_MODES),
    ),
) -> Document:
    """Ask the guest to reboot.

    What happens then is up to the domain's on_reboot action.
    """
    flags = modes(mode, REBOOT_MODES, " or")
    found = domain()
    with failing(f"Failed to reboot domain '{found.called}'"):
        found.reboot(flags)
    return Done("Domain '{domain}' is being rebooted", domain=found.called)
