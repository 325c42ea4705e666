"""iothreadset: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Option, int32, uint32, uint64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE)
def iothreadset(
    domain: Any = DOMAIN,
    id: int = Argument("", kind=int32),
    poll_max_ns: int | None = Option("", kind=uint64, by_place=True),
    poll_grow: int | None = Option("", kind=uint64, by_place=True),
    poll_shrink: int | None = Option("", kind=uint64, by_place=True),
    poll_weight: int | None = Option("", kind=uint32),
    thread_pool_min: int | None = Option("", kind=int32, by_place=True),
    thread_pool_max: int | None = Option("", kind=int32, by_place=True),
    impact: int = impact(),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
