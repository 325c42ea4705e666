"""domuuid: the UUID of a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import domain_argument
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="uuid")
def domuuid(domain: Domain = domain_argument("domain name or id", by="id name")) -> Document:
    """Print the UUID of a domain, from its name or id.

    Examples:
        domuuid web1  # its UUID
    """
    return Line("{uuid}", uuid=domain.uuid)
