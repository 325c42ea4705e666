"""vol-resize: change the size of a volume."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Argument, Flags
from vsh.cli.storage import VOLUME, VOLUME_POOL, find_volume
from vsh.commands._progress import progress
from vsh.commands.volume._shared import volume_size
from vsh.errors import CommandError, failing
from vsh.output.document import Done
from vsh.words.volume import StorageVolResize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="done volume pool size_bytes")
def vol_resize(
    vol: str = VOLUME,
    capacity: str = Argument("the new size, in bytes unless a unit is given", complete=()),
    pool: str | None = VOLUME_POOL,
    flags: int = Flags(
        StorageVolResize,
        allocate="set the new part aside at once",
        delta="the size is what is added to the present one",
        shrink="the volume may become smaller",
    ),
    session: Session = SESSION,
) -> Document:
    """Change the size of a volume that no running guest uses.

    For one that a guest uses see blockresize.

    Examples:
        vol-resize data.qcow2 40G --pool images  # the new size
        vol-resize data.qcow2 10G --delta --pool images  # as much more
    """
    volume = find_volume(session, vol, pool)
    size = capacity.lstrip()
    if size.startswith("-"):
        if not flags & StorageVolResize.SHRINK:
            raise CommandError("negative size requires --shrink")
        size = size[1:]
        flags |= StorageVolResize.DELTA
    word = "by" if flags & StorageVolResize.DELTA else "to"
    count = volume_size(size)
    with (
        failing(f"Failed to change size of volume '{volume.name}' {word} {size}"),
        progress(session, "Resize"),
    ):
        volume.resize(count, flags)
    return Done(
        f"Size of volume '{{volume}}' successfully changed {word} {size}",
        volume=volume.name,
        pool=volume.pool,
        size_bytes=count,
    )
