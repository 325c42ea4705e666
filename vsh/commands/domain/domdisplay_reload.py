"""domdisplay-reload: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Option, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def domdisplay_reload(domain: Any = DOMAIN, type: int | None = Option("", kind=uint32)) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
