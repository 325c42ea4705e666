"""pool-delete: remove what a storage pool is kept in."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.storage import INACTIVE_POOL
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.pool import Pool
    from vsh.output.document import Document


@command(loses="pool")
def pool_delete(pool: Pool = INACTIVE_POOL) -> Document:
    """Remove what a storage pool is kept in.

    The pool must not be active.  This cannot be undone.

    Examples:
        pool-delete backups  # its folder or volume group is gone for ever
    """
    with failing(f"Failed to delete pool {pool.called}"):
        pool.delete()
    return Done("Pool {pool} deleted", pool=pool.called)
