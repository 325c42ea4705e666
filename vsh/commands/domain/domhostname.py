"""domhostname: what a guest calls itself."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Option
from vsh.errors import CommandError, failing
from vsh.output.document import Line
from vsh.words.domain.guest import DomainGetHostname

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="hostname")
def domhostname(
    domain: Domain = DOMAIN,
    source: str | None = Option(
        "who is asked: agent or lease", by_place=True, complete=("agent", "lease")
    ),
) -> Document:
    """Print what a guest calls itself, as its agent or the network's leases know.

    Examples:
        domhostname web1 --source agent  # as the guest's agent says
    """
    known = {"agent": DomainGetHostname.AGENT, "lease": DomainGetHostname.LEASE}
    if source is not None and source not in known:
        raise CommandError(f"Unknown data source '{source}'", hint="agent or lease")
    with failing("failed to get hostname"):
        name = domain.get_hostname(known[source] if source is not None else 0)
    return Line("{hostname}", hostname=name)
