"""vol-resize: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def vol_resize(
    vol: str = Argument(""),
    capacity: str = Argument(""),
    pool: str | None = Argument("", required=False),
    allocate: bool = Flag(""),
    delta: bool = Flag(""),
    shrink: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
