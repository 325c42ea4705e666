"""net-metadata: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(*IMPACT_EXCLUSIVE, ("edit", "set"), ("remove", "set"), ("remove", "edit")))
def net_metadata(
    network: str = Argument(""),
    uri: str = Argument(""),
    impact: int = impact("live", "config", "current"),
    edit: bool = Flag(""),
    key: str | None = Option("", by_place=True),
    set: str | None = Option("", by_place=True),
    remove: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
