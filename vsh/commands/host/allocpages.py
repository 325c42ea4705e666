"""allocpages: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag, Option, int32, size, uint64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("all", "cellno"),))
def allocpages(
    pagesize: int = Argument("", kind=size(1024)),
    pagecount: int = Argument("", kind=uint64),
    cellno: int | None = Option("", kind=int32, by_place=True),
    add: bool = Flag(""),
    all: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
