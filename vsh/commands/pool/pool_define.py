"""pool-define: define or change a storage pool that stays."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import CONNECTION, file_names
from vsh.cli.params import Argument
from vsh.commands._files import read_text, validating
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.pool import StoragePoolDefine

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.connection import Connection
    from vsh.output.document import Document


@command(tells="done pool file")
def pool_define(
    file: str = Argument("file with the pool's description", complete=file_names),
    flags: int = validating(StoragePoolDefine),
    connection: Connection = CONNECTION,
) -> Document:
    """Define a storage pool from an XML file, without starting it, or change an existing one.

    A pool of the same name and UUID is changed when it is started next.

    Examples:
        pool-define pool.xml  # keep it; then pool-build and pool-start
    """
    xml = read_text(file)
    with failing(f"Failed to define pool from {file}"):
        pool = connection.storage_pool_define_xml(xml, flags)
    return Done("Pool {pool} defined from {file}", pool=pool.name, file=file)
