"""blockresize: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag, size

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


# ALTERNATIVE ['size', 'capacity']
@command
def blockresize(
    domain: Any = DOMAIN,
    path: str = Argument(""),
    size: int | None = Argument("", kind=size(1024), required=False),
    capacity: bool = Flag(""),
    extend: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
