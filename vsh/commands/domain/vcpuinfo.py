"""vcpuinfo: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def vcpuinfo(domain: Any = DOMAIN, pretty: bool = Flag("")) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
