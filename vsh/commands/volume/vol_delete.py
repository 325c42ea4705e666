"""vol-delete: delete a volume."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Flags
from vsh.cli.storage import VOLUME, VOLUME_POOL, find_volume
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.volume import StorageVolDelete

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(loses="volume", tells="done volume pool")
def vol_delete(
    vol: str = VOLUME,
    pool: str | None = VOLUME_POOL,
    flags: int = Flags(
        StorageVolDelete,
        delete_snapshots=("its snapshots, too, where the storage has them", "WITH_SNAPSHOTS"),
    ),
    session: Session = SESSION,
) -> Document:
    """Delete a volume and its data.

    This cannot be undone.

    Examples:
        vol-delete data.qcow2 --pool images  # gone for ever
    """
    volume = find_volume(session, vol, pool)
    with failing(f"Failed to delete vol {vol}"):
        volume.delete(flags)
    return Done("Vol {called} deleted", volume=volume.name, pool=volume.pool, called=vol)
