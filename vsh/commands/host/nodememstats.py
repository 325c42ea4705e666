"""nodememstats: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Option, int32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def nodememstats(cell: int | None = Option("", kind=int32, by_place=True)) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
