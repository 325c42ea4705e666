"""vol-key: the key of a volume whose name or path is known."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.storage import VOLUME_POOL, find_volume, volume_argument
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="key")
def vol_key(
    vol: str = volume_argument("volume name or path"),
    pool: str | None = VOLUME_POOL,
    session: Session = SESSION,
) -> Document:
    """Print the key of a volume.

    Examples:
        vol-key web1.qcow2 --pool images  # what names it everywhere
    """
    return Line("{key}", key=find_volume(session, vol, pool).key)
