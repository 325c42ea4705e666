"""pool-uuid: the UUID of a storage pool whose name is known."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.storage import pool_argument
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.pool import Pool
    from vsh.output.document import Document


@command(tells="uuid")
def pool_uuid(pool: Pool = pool_argument("pool name", by="name")) -> Document:
    """Print the UUID of a storage pool that is given by its name.

    Examples:
        pool-uuid images  # its UUID
    """
    return Line("{uuid}", uuid=pool.uuid)
