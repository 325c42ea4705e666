"""pool-create: start a storage pool that is gone once it stops."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import Argument
from vsh.commands._files import read_text
from vsh.commands.pool._shared import create_flags
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(exclusive=(("overwrite", "no-overwrite"),), tells="done pool file")
def pool_create(
    file: str = Argument("file with the pool's description", complete=file_names),
    flags: int = create_flags(),
    connection: Connection = CONNECTION,
) -> Document:
    """Create a storage pool from an XML file, and start it.

    It is gone once it stops; see pool-define for one that stays.

    Examples:
        pool-create pool.xml --build  # make its folder, too
    """
    xml = read_text(file)
    with failing(f"Failed to create pool from {file}"):
        pool = connection.storage_pool_create_xml(xml, flags)
    return Done("Pool {pool} created from {file}", pool=pool.name, file=file)
