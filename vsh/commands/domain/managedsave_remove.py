"""managedsave-remove: forget the state that managedsave kept."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import domain_argument
from vsh.errors import failing
from vsh.output.document import Said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(loses="saved")
def managedsave_remove(domain: Domain = domain_argument(complete="MANAGEDSAVE")) -> Document:
    """Remove the managed save image of a domain; its next start boots afresh.

    What was in the guest's memory is lost.

    Examples:
        managedsave-remove db1  # its next start boots afresh
    """
    with failing("Failed to check for domain managed save image"):
        saved = domain.has_managed_save_image(0)
    if not saved:
        return Said(
            "Domain '{domain}' has no manage save image; removal skipped", domain=domain.called
        )
    with failing(f"Failed to remove managed save image for domain '{domain.called}'"):
        domain.managed_save_remove(0)
    return Said("Removed managedsave image for domain '{domain}'", domain=domain.called)
