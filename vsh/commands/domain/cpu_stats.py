"""cpu-stats: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flag, Option, int32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def cpu_stats(
    domain: Any = DOMAIN,
    total: bool = Flag(""),
    start: int | None = Option("", kind=int32, by_place=True),
    count: int | None = Option("", kind=int32, by_place=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
