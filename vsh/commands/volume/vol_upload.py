"""vol-upload: copy a file into a volume."""

from __future__ import annotations

from vsh.api.flags.volume import StorageVolUpload
from vsh.cli.command import command
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import Argument, Flags
from vsh.cli.storage import VOLUME, VOLUME_POOL, find_volume
from vsh.commands.volume._progress import Progress
from vsh.commands.volume._shared import LENGTH, OFFSET, SPARSE_HELP, give_up, upload
from vsh.errors import CommandError, failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@command
def vol_upload(
    vol: str = VOLUME,
    file: str = Argument("file to read", complete=file_names),
    pool: str | None = VOLUME_POOL,
    offset: int = OFFSET,
    length: int = LENGTH,
    flags: int = Flags(StorageVolUpload, sparse=(SPARSE_HELP, "SPARSE_STREAM")),
    session: Any = SESSION,
) -> None:
    """Copy a file of this machine into a volume.

    What was there before is lost.
    """
    import os

    from vsh.api.stream import Stream

    volume = find_volume(session, vol, pool)
    try:
        descriptor = os.open(file, os.O_RDONLY)
    except OSError as error:
        raise CommandError(f"cannot read {file}", hint=error.strerror) from None
    stream = Stream(session.connection)
    try:
        with failing(f"cannot upload to volume {vol}"):
            volume.upload(stream, offset, length, flags)
        try:
            with (
                failing(f"cannot send data to volume {vol}"),
                Progress(session, vol, lambda: os.fstat(descriptor).st_size) as progress,
            ):
                upload(stream, descriptor, sparse=bool(flags), moved=progress.moved)
        except BaseException:
            give_up(stream)
            raise
        with failing(f"cannot close volume {vol}"):
            stream.finish()
    except OSError as error:
        raise CommandError(f"cannot send data to volume {vol}", hint=error.strerror) from None
    finally:
        os.close(descriptor)
