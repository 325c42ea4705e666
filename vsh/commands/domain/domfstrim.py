"""domfstrim: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Option, uint64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def domfstrim(
    domain: Any = DOMAIN,
    minimum: int | None = Option("", kind=uint64, by_place=True),
    mountpoint: str | None = Option("", by_place=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
