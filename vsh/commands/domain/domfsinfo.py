"""domfsinfo: the file systems that a guest has mounted."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.errors import failing
from vsh.output.document import Column, Said, Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="[mountpoint name type targets]")
def domfsinfo(domain: Domain = ACTIVE_DOMAIN) -> Document:
    """List the file systems that a guest has mounted.

    Needs the agent in the guest.

    Examples:
        domfsinfo web1  # what the agent sees mounted
    """
    with failing("Unable to get filesystem information"):
        found = domain.get_fsinfo(0)
    if not found:
        return Said("No filesystems are mounted in the domain")
    return Table(
        [[each.mountpoint, each.name, each.fstype, each.dev_aliases] for each in found],
        Column("Mountpoint", "mountpoint"),
        Column("Name", "name"),
        Column("Type", "type"),
        Column("Target", "targets", ",".join),
    )
