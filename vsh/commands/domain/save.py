"""save: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag, Option, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def save(
    domain: Any = DOMAIN,
    file: str = Argument(""),
    bypass_cache: bool = Flag(""),
    parallel_channels: int | None = Option("", kind=uint32),
    image_format: str | None = Option(""),
    xml: str | None = Option("", by_place=True),
    running: bool = Flag(""),
    paused: bool = Flag(""),
    verbose: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
