"""suspend: pause a running guest."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import domain_argument
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command
def suspend(domain: Domain = domain_argument(complete="RUNNING")) -> Document:
    """Pause a running guest.

    It stays in memory and does nothing until it is resumed.

    Examples:
        suspend web1  # it stands still, and keeps its memory
    """
    with failing(f"Failed to suspend domain '{domain.called}'"):
        domain.suspend()
    return Done("Domain '{domain}' suspended", domain=domain.called)
