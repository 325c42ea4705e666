"""vcpucount: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, impact
from vsh.cli.params import Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("live", "config) VSH-EXCLUSIVE-OPTIONS-VAR(current"), ("current", "config"), ("active", "maximum"), ("guest", "config"),))
def vcpucount(
    domain: Any = DOMAIN,
    maximum: bool = Flag(""),
    active: bool = Flag(""),
    impact: int = impact("live", "config", "current"),
    guest: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
