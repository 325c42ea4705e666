"""pool-destroy: stop a storage pool."""

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
def pool_destroy(pool: Pool = ACTIVE_POOL) -> Document:
    """Stop a storage pool at once; its data stays.

    It can be started again if it is defined.

    Examples:
        pool-destroy images  # stop it; what is in it stays
    """
    with failing(f"Failed to destroy pool {pool.called}"):
        pool.destroy()
    return Done("Pool {pool} destroyed", pool=pool.called)
