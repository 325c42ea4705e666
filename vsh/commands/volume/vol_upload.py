"""vol-upload: copy a file into a volume."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import Argument, Flag
from vsh.cli.storage import VOLUME, VOLUME_POOL, find_volume
from vsh.commands._progress import follow
from vsh.commands.volume._shared import LENGTH, OFFSET
from vsh.errors import CommandError
from vsh.output.document import Said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="done volume pool file")
def vol_upload(
    vol: str = VOLUME,
    file: str = Argument("file to read", complete=file_names),
    pool: str | None = VOLUME_POOL,
    offset: int = OFFSET,
    length: int = LENGTH,
    sparse: bool = Flag("skip the holes of the file instead of writing zeros there"),
    session: Session = SESSION,
) -> Document:
    """Copy a file of this machine into a volume.

    What was there before is lost; with --sparse it stays where the file has holes, so that is for
    new volumes.  A pipe cannot say where its holes are and is refused with --sparse.

    Examples:
        vol-upload data.qcow2 local.qcow2 --pool images --sparse
            # from this machine, over what was there
    """
    import os

    from vsh.acts.transfer import upload

    volume = find_volume(session, vol, pool)
    try:
        source = os.open(file, os.O_RDONLY)
    except OSError as error:
        raise CommandError(f"cannot read {file}", hint=error.strerror) from None
    try:
        going = upload(volume, source, offset, length, sparse=sparse, called=vol)
        follow(session, vol, going, lambda: os.fstat(source).st_size)
    finally:
        os.close(source)
    return Said("", volume=volume.name, pool=volume.pool, file=file)
