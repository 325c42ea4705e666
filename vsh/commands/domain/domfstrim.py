"""domfstrim: have a guest tell what of its disks is free."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Option, uint64
from vsh.commands.domain._agent import mount_points
from vsh.errors import failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command
def domfstrim(
    domain: Domain = ACTIVE_DOMAIN,
    minimum: int | None = Option(
        "bytes; smaller free pieces may be left out", kind=uint64, by_place=True
    ),
    mountpoint: str | None = Option(
        "where the file system is mounted", by_place=True, complete=mount_points
    ),
) -> None:
    """Have a guest tell its disks which blocks its file systems do not use.

    Needs the agent in the guest.

    Examples:
        domfstrim web1  # give free blocks back to the host
    """
    with failing("Unable to invoke fstrim"):
        domain.fstrim(mountpoint, minimum or 0, 0)
