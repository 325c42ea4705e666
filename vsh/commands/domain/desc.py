"""desc: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE)
def desc(
    domain: Any = DOMAIN,
    impact: int = impact("live", "config", "current"),
    title: bool = Flag(""),
    edit: bool = Flag(""),
    new_desc: list[str] = Argument("", required=False, repeats=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
