"""pool-name: the name of a storage pool whose UUID is known."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.storage import pool_argument
from vsh.output.document import Line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.pool import Pool
    from vsh.output.document import Document


@command(tells="name")
def pool_name(pool: Pool = pool_argument("pool uuid", by="uuid")) -> Document:
    """Print the name of a storage pool that is given by its UUID.

    Examples:
        pool-name 35bb2ad9-388a-cdfe-461a-b8907f6e53fe  # of the pool with this UUID
    """
    return Line("{name}", name=pool.name)
