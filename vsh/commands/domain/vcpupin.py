"""vcpupin: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, impact
from vsh.cli.params import Option, anything, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("current", "live"), ("current", "config"), ("live", "config"),))
def vcpupin(
    domain: Any = DOMAIN,
    vcpu: int | None = Option("", kind=uint32, by_place=True),
    cpulist: str | None = Option("", kind=anything, by_place=True),
    impact: int = impact(),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
