"""nodesuspend: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, int64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def nodesuspend(target: str = Argument(""), duration: int = Argument("", kind=int64)) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
