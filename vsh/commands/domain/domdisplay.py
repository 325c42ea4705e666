"""domdisplay: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("all", "type"),))
def domdisplay(
    domain: Any = DOMAIN,
    include_password: bool = Flag(""),
    type: str | None = Argument("", required=False),
    all: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
