"""update-memory-device: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Flag, Option, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(*IMPACT_EXCLUSIVE, ("node", "alias")))
def update_memory_device(
    domain: Any = DOMAIN,
    impact: int = impact(),
    print_xml: bool = Flag(""),
    alias: str | None = Option("", by_place=True),
    node: int | None = Option("", kind=uint32, by_place=True),
    requested_size: int | None = Option("", kind=uint32, by_place=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
