"""freepages: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag, Option, int32, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("all", "cellno"),))
def freepages(
    cellno: int | None = Option("", kind=int32, by_place=True),
    pagesize: int | None = Option("", kind=size(1024), by_place=True),
    all: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
