"""vol-download: copy a volume's content to a file."""

from __future__ import annotations

from vsh.api.flags.volume import StorageVolDownload
from vsh.cli.command import command
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import Argument, Flags
from vsh.cli.storage import VOLUME, VOLUME_POOL, find_volume
from vsh.commands.volume._progress import Progress
from vsh.commands.volume._shared import LENGTH, OFFSET, SPARSE_HELP, download, give_up
from vsh.errors import CommandError, Error, failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@command
def vol_download(
    vol: str = VOLUME,
    file: str = Argument("file to write", complete=file_names),
    pool: str | None = VOLUME_POOL,
    offset: int = OFFSET,
    length: int = LENGTH,
    flags: int = Flags(StorageVolDownload, sparse=(SPARSE_HELP, "SPARSE_STREAM")),
    session: Any = SESSION,
) -> None:
    """Copy the content of a volume to a file on this machine.

    A file that is there already is overwritten.
    """
    import os

    from vsh.api.stream import Stream

    volume = find_volume(session, vol, pool)
    created = not os.path.exists(file)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
    except OSError as error:
        raise CommandError(f"cannot create {file}", hint=error.strerror) from None
    stream = Stream(session.connection)
    done = False
    try:
        with failing(f"cannot download from volume {vol}"):
            volume.download(stream, offset, length, flags)
        try:
            with (
                failing(f"cannot receive data from volume {vol}"),
                Progress(session, vol, lambda: length or _rest(volume, offset)) as progress,
            ):
                download(stream, descriptor, progress.moved)
        except BaseException:
            give_up(stream)
            raise
        with failing(f"cannot close volume {vol}"):
            stream.finish()
        done = True
    except OSError as error:
        raise CommandError(f"cannot receive data from volume {vol}", hint=error.strerror) from None
    finally:
        os.close(descriptor)
        if created and not done:
            os.unlink(file)


def _rest(volume: Any, offset: int) -> int:
    """How many bytes come, as far as can be told."""
    try:
        return max(0, int(volume.get_info().capacity) - offset)
    except Error:
        return 0
