"""pool-start: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


# EXCLUSIVE_EXPR ['overwrite', 'overwrite', 'no-overwrite', 'no-overwrite']
@command
def pool_start(
    pool: str = Argument(""),
    build: bool = Flag(""),
    no_overwrite: bool = Flag(""),
    overwrite: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
