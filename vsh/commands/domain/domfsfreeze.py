"""domfsfreeze: hold a guest's file systems still."""

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
def domfsfreeze(domain: Domain = ACTIVE_DOMAIN, mountpoint: list[str] = MOUNT_POINTS) -> Document:
    """Hold a guest's file systems still, so that their disks can be copied.

    Needs the agent in the guest.  domfsthaw lets them go on.

    Examples:
        domfsfreeze web1  # nothing is written until domfsthaw
    """
    with failing("Unable to freeze filesystems"):
        count = domain.fsfreeze(mountpoint, 0)
    return Done("Froze {count} filesystem(s)", count=count)
