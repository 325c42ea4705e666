"""resume: let a paused guest go on."""

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
def resume(domain: Domain = domain_argument(complete="PAUSED")) -> Document:
    """Let a paused guest go on.

    It goes on where it was paused.

    Examples:
        resume web1  # after suspend
    """
    with failing(f"Failed to resume domain '{domain.called}'"):
        domain.resume()
    return Done("Domain '{domain}' resumed", domain=domain.called)
