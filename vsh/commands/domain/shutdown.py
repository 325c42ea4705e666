"""shutdown: ask a guest to shut down."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.commands.domain._shared import LATE_ACTIVE_DOMAIN, MODE, modes
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.domain.lifecycle import DomainShutdown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command
def shutdown(
    domain: Callable[[], Domain] = LATE_ACTIVE_DOMAIN, mode: str | None = MODE
) -> Document:
    """Ask the guest to shut down.

    The guest may take its time, or not react at all.

    Examples:
        shutdown web1  # ask the guest to
        shutdown web1 --mode acpi,agent  # by the first of these that works
    """
    flags = modes(mode, DomainShutdown, ", or")
    found = domain()
    with failing(f"Failed to shutdown domain '{found.called}'"):
        if flags:
            found.shutdown_flags(flags)
        else:
            found.shutdown()
    return Done("Domain '{domain}' is being shutdown", domain=found.called)
