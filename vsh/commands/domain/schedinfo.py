"""schedinfo: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Option, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE)
def schedinfo(
    domain: Any = DOMAIN,
    weight: int | None = Option("", kind=uint32),
    cap: int | None = Option("", kind=uint32),
    impact: int = impact("current", "config", "live"),
    set: list[str] = Argument("", required=False, repeats=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
