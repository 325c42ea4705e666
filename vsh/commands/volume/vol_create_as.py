"""vol-create-as: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag, Option, anything

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def vol_create_as(
    pool: str = Argument(""),
    name: str = Argument(""),
    capacity: str = Argument(""),
    allocation: str | None = Option("", kind=anything, by_place=True),
    format: str | None = Option("", by_place=True),
    backing_vol: str | None = Option("", by_place=True),
    backing_vol_format: str | None = Option("", by_place=True),
    prealloc_metadata: bool = Flag(""),
    print_xml: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
