"""domthrottlegroupdel: remove a named group of disk limits."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument
from vsh.commands.domain._throttle import group_names
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE)
def domthrottlegroupdel(
    domain: Domain = DOMAIN,
    group_name: str = Argument("name of the group", complete=group_names),
    impact: int = impact(),
) -> Document:
    """Remove a named group of disk limits.

    A group that a disk still names cannot be removed.

    Examples:
        domthrottlegroupdel web1 slow  # no disk may be in it
    """
    domain.del_throttle_group(group_name, impact)
    return Done("Throttle group deleted successfully")
