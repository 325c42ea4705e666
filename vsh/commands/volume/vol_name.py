"""vol-name: the name of a volume whose key or path is known."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.storage import VOLUME_KEY, find_volume
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="name")
def vol_name(vol: str = VOLUME_KEY, session: Session = SESSION) -> Document:
    """Print the name of a volume that is given by its key or path.

    Examples:
        vol-name /srv/images/web1.qcow2  # of the volume at this path
    """
    return Line("{name}", name=find_volume(session, vol, option=None).name)
