"""vol-path: the path of a volume whose name or key is known."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.storage import VOLUME_POOL, find_volume, volume_argument
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="path")
def vol_path(
    vol: str = volume_argument("volume name or key"),
    pool: str | None = VOLUME_POOL,
    session: Session = SESSION,
) -> Document:
    """Print the path of a volume.

    Examples:
        vol-path web1.qcow2 --pool images  # where it is
    """
    return Line("{path}", path=find_volume(session, vol, pool).get_path())
