"""pool-autostart: whether a storage pool starts with the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag
from vsh.cli.storage import PERSISTENT_POOL
from vsh.commands._definitions import mark_autostart

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.pool import Pool
    from vsh.output.document import Document


@command(tells="done autostart")
def pool_autostart(
    pool: Pool = PERSISTENT_POOL, disable: bool = Flag("do not start it with the host")
) -> Document:
    """Make a storage pool start with the host, or not.

    With --disable it no longer does.

    Examples:
        pool-autostart images  # whenever the host starts
        pool-autostart images --disable  # not any more
    """
    return mark_autostart("pool", pool, disable=disable)
