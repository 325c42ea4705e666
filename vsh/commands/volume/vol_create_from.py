"""vol-create-from: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def vol_create_from(
    pool: str = Argument(""),
    file: str = Argument(""),
    vol: str = Argument(""),
    inputpool: str | None = Option("", by_place=True),
    prealloc_metadata: bool = Flag(""),
    reflink: bool = Flag(""),
    validate: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
