"""vol-create-from: make a volume with the content of another."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import Argument, Flags, Option
from vsh.cli.storage import ACTIVE_POOL, POOL_NAMES, VOLUME, find_volume
from vsh.commands._files import VALIDATE_HELP, read_text
from vsh.commands._progress import followed
from vsh.commands.volume._shared import PREALLOC_HELP, REFLINK_HELP
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.volume import StorageVolCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.pool import Pool
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="done volume original file")
def vol_create_from(
    pool: Pool = ACTIVE_POOL,
    file: str = Argument("file with the volume's description", complete=file_names),
    vol: str = VOLUME,
    inputpool: str | None = Option(
        "the pool that the other volume is in", by_place=True, complete=POOL_NAMES
    ),
    flags: int = Flags(
        StorageVolCreate,
        prealloc_metadata=PREALLOC_HELP,
        reflink=REFLINK_HELP,
        validate=VALIDATE_HELP,
    ),
    session: Session = SESSION,
) -> Document:
    """Make a volume in a pool, from an XML file, with the content of another volume.

    The size may be larger than that of the other one, and the format another.

    Examples:
        vol-create-from images vol.xml web1.qcow2 --inputpool images  # a copy in another format
    """
    original = find_volume(session, vol, inputpool, option="inputpool")
    xml = read_text(file)
    with failing(f"Failed to create vol from {file}"), followed(session, "Copy"):
        volume = pool.vol_create_xml_from(xml, original, flags)
    return Done(
        "Vol {volume} created from input vol {original}", volume=volume.name, original=original.name
    )
