"""vol-download: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag, Option, uint64, wrapping64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def vol_download(
    vol: str = Argument(""),
    file: str = Argument(""),
    pool: str | None = Argument("", required=False),
    offset: int | None = Option("", kind=uint64, by_place=True),
    length: int | None = Option("", kind=wrapping64, by_place=True),
    sparse: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
