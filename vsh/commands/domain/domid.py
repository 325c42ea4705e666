"""domid: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def domid(domain: Any = DOMAIN) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
