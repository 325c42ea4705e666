"""memtune: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Option, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE)
def memtune(
    domain: Any = DOMAIN,
    hard_limit: int | None = Option("", kind=uint32, by_place=True),
    soft_limit: int | None = Option("", kind=uint32, by_place=True),
    swap_hard_limit: int | None = Option("", kind=uint32, by_place=True),
    min_guarantee: int | None = Option("", kind=uint32, by_place=True),
    impact: int = impact(),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
