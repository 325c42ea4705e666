"""net-update: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Option, int32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE)
def net_update(
    network: str = Argument(""),
    command: str = Argument(""),
    section: str = Argument(""),
    xml: str = Argument(""),
    parent_index: int | None = Option("", kind=int32, by_place=True),
    impact: int = impact(),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
