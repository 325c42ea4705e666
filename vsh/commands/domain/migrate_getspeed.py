"""migrate-getspeed: how fast a guest may be moved."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import BITS, Flag
from vsh.output.document import Text
from vsh.words.domain.migration import DomainMigrateMaxSpeed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="speed_bytes_per_second")
def migrate_getspeed(
    domain: Domain = ACTIVE_DOMAIN,
    postcopy: bool = Flag(
        "in the phase after the guest runs on the destination", bit=DomainMigrateMaxSpeed.POSTCOPY
    ),
    flags: int = BITS,
) -> Document:
    """Print how fast a guest's memory may be sent when it is moved, in MiB/s.

    migrate-setspeed sets it.

    Examples:
        migrate-getspeed web1  # in MiB/s
    """
    speed = domain.migrate_get_max_speed(flags)
    return Text(f"{speed}\n", speed_bytes_per_second=speed << 20)
