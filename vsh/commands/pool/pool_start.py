"""pool-start: start a storage pool."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.storage import INACTIVE_POOL
from vsh.commands.pool._shared import create_flags
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.pool import Pool
    from vsh.output.document import Document


@command(exclusive=(("overwrite", "no-overwrite"),))
def pool_start(pool: Pool = INACTIVE_POOL, flags: int = create_flags()) -> Document:
    """Start a storage pool that is defined.

    With --build, what it is kept in is made first.

    Examples:
        pool-start backups  # a pool that is defined
    """
    with failing(f"Failed to start pool {pool.called}"):
        pool.create(flags)
    return Done("Pool {pool} started", pool=pool.called)
