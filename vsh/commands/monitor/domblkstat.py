"""domblkstat: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag, anything

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def domblkstat(
    domain: Any = DOMAIN,
    device: str | None = Argument("", kind=anything, required=False),
    human: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
