"""iothreaddel: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, int32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE)
def iothreaddel(
    domain: Any = DOMAIN,
    id: int = Argument("", kind=int32),
    impact: int = impact(),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
