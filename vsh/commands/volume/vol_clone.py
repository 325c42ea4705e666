"""vol-clone: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def vol_clone(
    vol: str = Argument(""),
    newname: str = Argument(""),
    pool: str | None = Argument("", required=False),
    prealloc_metadata: bool = Flag(""),
    reflink: bool = Flag(""),
    print_xml: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
