"""managedsave-define: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("running", "paused"),))
def managedsave_define(
    domain: Any = DOMAIN,
    xml: str = Argument(""),
    running: bool = Flag(""),
    paused: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
