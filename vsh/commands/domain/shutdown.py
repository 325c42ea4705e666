"""shutdown: ask a guest to shut down."""

from __future__ import annotations

from vsh.api.flags.domain import DomainShutdown
from vsh.cli.command import command
from vsh.cli.params import Argument
from vsh.commands.domain._shared import ACTIVE, late_domain, listed, modes
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


SHUTDOWN_MODES = {
    "acpi": DomainShutdown.ACPI_POWER_BTN,
    "agent": DomainShutdown.GUEST_AGENT,
    "initctl": DomainShutdown.INITCTL,
    "signal": DomainShutdown.SIGNAL,
    "paravirt": DomainShutdown.PARAVIRT,
}


@command
def shutdown(
    domain: Any = late_domain(complete=ACTIVE),
    mode: str | None = Argument(
        "how to ask: a list of acpi, agent, initctl, signal, paravirt",
        required=False,
        complete=listed(SHUTDOWN_MODES),
    ),
) -> Document:
    """Ask the guest to shut down.

    The guest may take its time, or not react at all.
    """
    flags = modes(mode, SHUTDOWN_MODES, ", or")
    found = domain()
    with failing(f"Failed to shutdown domain '{found.called}'"):
        if flags:
            found.shutdown_flags(flags)
        else:
            found.shutdown()
    return Done("Domain '{domain}' is being shutdown", domain=found.called)
