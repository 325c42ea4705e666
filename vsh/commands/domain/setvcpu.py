"""setvcpu: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(*IMPACT_EXCLUSIVE, ("enable", "disable")))
def setvcpu(
    domain: Any = DOMAIN,
    vcpulist: str = Argument(""),
    enable: bool = Flag(""),
    disable: bool = Flag(""),
    async_: bool = Flag(""),
    impact: int = impact(),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
