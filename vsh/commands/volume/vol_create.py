"""vol-create: make a volume from a document."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import Argument, Flags
from vsh.cli.storage import ACTIVE_POOL
from vsh.commands._files import VALIDATE_HELP, read_text
from vsh.commands._progress import followed
from vsh.commands.volume._shared import PREALLOC_HELP
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.volume import StorageVolCreate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.pool import Pool
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command(tells="done volume file")
def vol_create(
    pool: Pool = ACTIVE_POOL,
    file: str = Argument("file with the volume's description", complete=file_names),
    flags: int = Flags(StorageVolCreate, prealloc_metadata=PREALLOC_HELP, validate=VALIDATE_HELP),
    session: Session = SESSION,
) -> Document:
    """Make a volume in a pool, from an XML file.

    The document says its name, size and format.

    Examples:
        vol-create images vol.xml  # as the file says
    """
    xml = read_text(file)
    with failing(f"Failed to create vol from {file}"), followed(session, "Create"):
        volume = pool.vol_create_xml(xml, flags)
    return Done("Vol {volume} created from {file}", volume=volume.name, file=file)
