"""domthrottlegroupset: make or change a named group of disk limits."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument
from vsh.commands.domain._throttle import LIMITS, OLD_NAMES, group_names, parameters
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(
    exclusive=IMPACT_EXCLUSIVE,
    old={**OLD_NAMES, "group_name": "group-name"},
    order=("domain", "limits"),
)
def domthrottlegroupset(
    domain: Domain = DOMAIN,
    group_name: str = Argument("name of the group", complete=group_names),
    limits: dict[str, int | None] = LIMITS,
    impact: int = impact(),
) -> Document:
    """Make a named group of disk limits, or change one.

    Disks that name the group share its limits.

    Examples:
        domthrottlegroupset web1 slow --total-iops-sec 200  # a group that disks can share
    """
    params = parameters(limits, group_name)
    with failing("Unable to set throttle group"):
        domain.set_throttle_group(group_name, params, impact)
    return Done("Throttle group set successfully")
