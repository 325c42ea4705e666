"""migrate-setmaxdowntime: how long a guest may stand still when it is moved."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Argument, uint64
from vsh.errors import CommandError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command
def migrate_setmaxdowntime(
    domain: Domain = ACTIVE_DOMAIN, downtime: int = Argument("milliseconds", kind=uint64)
) -> None:
    """Set how long a guest may stand still at the end of its migration.

    A migration ends once what is left of the memory can be sent in that time.

    Examples:
        migrate-setmaxdowntime web1 300  # it may stand still for 300 ms at the end
    """
    if downtime < 1:
        raise CommandError("migrate: Invalid downtime")
    domain.migrate_set_max_downtime(downtime, 0)
