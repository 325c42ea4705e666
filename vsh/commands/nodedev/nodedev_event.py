"""nodedev-event: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag, Option, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def nodedev_event(
    device: str | None = Option("", by_place=True),
    event: str | None = Option("", by_place=True),
    loop: bool = Flag(""),
    timeout: int | None = Option("", kind=uint32, by_place=True),
    list: bool = Flag(""),
    timestamp: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
