"""numatune: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, impact
from vsh.cli.params import Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def numatune(
    domain: Any = DOMAIN,
    mode: str | None = Option("", by_place=True),
    nodeset: str | None = Option("", by_place=True),
    impact: int = impact(),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
