"""setvcpus: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Flag, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(*IMPACT_EXCLUSIVE, ("guest", "config")), requires={"maximum": "config"})
def setvcpus(
    domain: Any = DOMAIN,
    count: int = Argument("", kind=uint32),
    maximum: bool = Flag(""),
    impact: int = impact(),
    guest: bool = Flag(""),
    hotpluggable: bool = Flag(""),
    async_: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
