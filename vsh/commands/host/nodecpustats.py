"""nodecpustats: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag, Option, int32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def nodecpustats(
    cpu: int | None = Option("", kind=int32, by_place=True),
    percent: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
