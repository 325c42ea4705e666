"""pool-undefine: forget the definition of a storage pool."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.storage import PERSISTENT_POOL
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.pool import Pool
    from vsh.output.document import Document


@command
def pool_undefine(pool: Pool = PERSISTENT_POOL) -> Document:
    """Forget the definition of a storage pool that does not run.

    The data in it stays.

    Examples:
        pool-undefine backups  # forget it; what is in it stays
    """
    with failing(f"Failed to undefine pool {pool.called}"):
        pool.undefine()
    return Done("Pool {pool} has been undefined", pool=pool.called)
