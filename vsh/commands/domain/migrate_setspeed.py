"""migrate-setspeed: how fast a guest may be moved."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import BITS, Argument, Flag, wrapping64
from vsh.words.domain.migration import DomainMigrateMaxSpeed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command
def migrate_setspeed(
    domain: Domain = ACTIVE_DOMAIN,
    bandwidth: int = Argument("MiB/s", kind=wrapping64),
    postcopy: bool = Flag(
        "in the phase after the guest runs on the destination", bit=DomainMigrateMaxSpeed.POSTCOPY
    ),
    flags: int = BITS,
) -> None:
    """Set how fast a guest's memory may be sent when it is moved.

    It holds for the migration that runs, and for later ones.

    Examples:
        migrate-setspeed web1 100  # 100 MiB/s at most
    """
    domain.migrate_set_max_speed(bandwidth, flags)
