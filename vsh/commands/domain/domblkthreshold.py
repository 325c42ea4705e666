"""domblkthreshold: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def domblkthreshold(
    domain: Any = DOMAIN,
    dev: str = Argument(""),
    threshold: int = Argument("", kind=size()),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
