"""domfsthaw: let a guest's file systems go on."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.commands.domain._agent import MOUNT_POINTS
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="done count")
def domfsthaw(domain: Domain = ACTIVE_DOMAIN, mountpoint: list[str] = MOUNT_POINTS) -> Document:
    """Let a guest's file systems go on that domfsfreeze holds still.

    Needs the agent in the guest.

    Examples:
        domfsthaw web1  # the guest's file systems go on
    """
    with failing("Unable to thaw filesystems"):
        count = domain.fsthaw(mountpoint, 0)
    return Done("Thawed {count} filesystem(s)", count=count)
