"""domifannounce: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Option, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def domifannounce(
    domain: Any = DOMAIN,
    interface: str | None = Argument("", required=False),
    initial: int | None = Option("", kind=uint32),
    max: int | None = Option("", kind=uint32),
    rounds: int | None = Option("", kind=uint32),
    step: int | None = Option("", kind=uint32),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
