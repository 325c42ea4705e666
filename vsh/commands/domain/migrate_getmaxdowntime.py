"""migrate-getmaxdowntime: how long a guest may stand still when it is moved."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="downtime_ns")
def migrate_getmaxdowntime(domain: Domain = ACTIVE_DOMAIN) -> Document:
    """Print how many milliseconds a guest may stand still at the end of its migration.

    migrate-setmaxdowntime sets it.

    Examples:
        migrate-getmaxdowntime web1  # in ms
    """
    downtime = domain.migrate_get_max_downtime(0)
    return Text(f"{downtime}\n", downtime_ns=downtime * 1000000)
