"""pool-autostart: whether a storage pool starts with the host."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag
from vsh.cli.storage import PERSISTENT_POOL
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def pool_autostart(
    pool: Any = PERSISTENT_POOL, disable: bool = Flag("do not start it with the host")
) -> Document:
    """Make a storage pool start with the host, or not.

    With --disable it no longer does.
    """
    change = "unmark" if disable else "mark"
    with failing(f"failed to {change} pool {pool.called} as autostarted"):
        pool.set_autostart(0 if disable else 1)
    return Done(f"Pool {{pool}} {change}ed as autostarted", pool=pool.called, autostart=not disable)
