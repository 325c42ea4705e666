"""domname: the name of a domain."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import domain_argument
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="name")
def domname(domain: Domain = domain_argument("domain id or uuid", by="id uuid")) -> Document:
    """Print the name of a domain, from its id or UUID.

    Examples:
        domname 1  # the name of the domain with id 1
    """
    return Line("{name}", name=domain.name)
