"""checkpoint-delete: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def checkpoint_delete(
    domain: Any = DOMAIN,
    checkpointname: str = Argument(""),
    children: bool = Flag(""),
    children_only: bool = Flag(""),
    metadata: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
