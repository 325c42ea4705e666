"""pool-autostart: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def pool_autostart(pool: str = Argument(""), disable: bool = Flag("")) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
