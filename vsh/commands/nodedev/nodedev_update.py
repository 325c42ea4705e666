"""nodedev-update: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE)
def nodedev_update(
    device: str = Argument(""),
    file: str = Argument(""),
    impact: int = impact(),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
