"""pool-refresh: look at a storage pool's volumes again."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.storage import ACTIVE_POOL
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.pool import Pool
    from vsh.output.document import Document


@command
def pool_refresh(pool: Pool = ACTIVE_POOL) -> Document:
    """Make a storage pool look at its volumes and sizes again.

    Needed where volumes were changed by other means than libvirt.

    Examples:
        pool-refresh images  # see files that somebody else put there
    """
    with failing(f"Failed to refresh pool {pool.called}"):
        pool.refresh()
    return Done("Pool {pool} refreshed", pool=pool.called)
