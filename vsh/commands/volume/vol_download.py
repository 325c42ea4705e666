"""vol-download: copy a volume's content to a file."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import Argument, Flag
from vsh.cli.storage import VOLUME, VOLUME_POOL, find_volume
from vsh.commands._progress import follow
from vsh.commands.volume._shared import LENGTH, OFFSET
from vsh.errors import CommandError, Error
from vsh.output.document import Said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.volume import Volume
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="done volume pool file")
def vol_download(
    vol: str = VOLUME,
    file: str = Argument("file to write", complete=file_names),
    pool: str | None = VOLUME_POOL,
    offset: int = OFFSET,
    length: int = LENGTH,
    sparse: bool = Flag("keep holes as holes"),
    session: Session = SESSION,
) -> Document:
    """Copy the content of a volume to a file on this machine.

    A file that is there already is overwritten.

    Examples:
        vol-download data.qcow2 copy.qcow2 --pool images --sparse
            # to this machine, without the holes
    """
    import os

    from vsh.acts.transfer import download

    volume = find_volume(session, vol, pool)
    created = not os.path.exists(file)
    try:
        target = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    except OSError as error:
        raise CommandError(f"cannot create {file}", hint=error.strerror) from None
    done = False
    try:
        coming = download(volume, target, offset, length, sparse=sparse, called=vol)
        follow(session, vol, coming, lambda: length or _rest(volume, offset))
        done = True
    finally:
        os.close(target)
        if created and not done:
            os.unlink(file)
    return Said("", volume=volume.name, pool=volume.pool, file=file)


def _rest(volume: Volume, offset: int) -> int:
    """How many bytes come, as far as can be told."""
    try:
        return max(0, int(volume.get_info().capacity) - offset)
    except Error:
        return 0
