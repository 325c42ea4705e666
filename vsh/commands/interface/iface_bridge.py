"""iface-bridge: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag, Option, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def iface_bridge(
    interface: str = Argument(""),
    bridge: str = Argument(""),
    no_stp: bool = Flag(""),
    delay: int | None = Option("", kind=uint32, by_place=True),
    no_start: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
