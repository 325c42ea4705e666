"""pool-build: make what a storage pool is kept in."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Flags
from vsh.cli.storage import POOL
from vsh.commands._progress import progress
from vsh.errors import failing
from vsh.output.document import Done
from vsh.words.pool import StoragePoolBuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.pool import Pool
    from vsh.cli.session import Session
    from vsh.output.document import Document


@command
def pool_build(
    pool: Pool = POOL,
    flags: int = Flags(
        StoragePoolBuild,
        no_overwrite="not where there is something already",
        overwrite="whatever was there before",
    ),
    session: Session = SESSION,
) -> Document:
    """Make what a storage pool is kept in: a directory, a file system, a volume group.

    A pool is built once, before it is started first.

    Examples:
        pool-build backups  # make its folder, or format its disk
    """
    with failing(f"Failed to build pool {pool.called}"), progress(session, "Build"):
        pool.build(flags)
    return Done("Pool {pool} built", pool=pool.called)
