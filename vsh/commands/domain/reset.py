"""reset: press the guest's reset button."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command
def reset(domain: Domain = ACTIVE_DOMAIN) -> Document:
    """Reset the guest at once, as its reset button would.

    The guest gets no chance to write anything: data may be lost.

    Examples:
        reset web1  # as if its button were pressed
    """
    with failing(f"Failed to reset domain '{domain.called}'"):
        domain.reset(0)
    return Done("Domain '{domain}' was reset", domain=domain.called)
