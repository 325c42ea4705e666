"""restore: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag, Option, int32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def restore(
    file: str = Argument(""),
    bypass_cache: bool = Flag(""),
    parallel_channels: int | None = Option("", kind=int32),
    xml: str | None = Option("", by_place=True),
    running: bool = Flag(""),
    paused: bool = Flag(""),
    reset_nvram: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
