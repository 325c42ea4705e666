"""vol-pool: the storage pool that a volume is in."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Flag
from vsh.cli.storage import VOLUME_KEY, find_volume
from vsh.errors import failing
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="name uuid")
def vol_pool(
    vol: str = VOLUME_KEY,
    uuid: bool = Flag("its UUID rather than its name"),
    session: Session = SESSION,
) -> Document:
    """Print the name of the storage pool that a volume is in.

    Examples:
        vol-pool /srv/images/web1.qcow2  # which pool it is in
    """
    volume = find_volume(session, vol, option=None)
    with failing("failed to get parent pool"):
        pool = volume.pool_lookup_by_volume()
    return Line("{uuid}" if uuid else "{name}", name=pool.name, uuid=pool.uuid)
