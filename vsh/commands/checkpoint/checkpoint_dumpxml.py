"""checkpoint-dumpxml: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag, Option, anything

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def checkpoint_dumpxml(
    domain: Any = DOMAIN,
    checkpointname: str = Argument(""),
    security_info: bool = Flag(""),
    no_domain: bool = Flag(""),
    size: bool = Flag(""),
    xpath: str | None = Option("", kind=anything),
    wrap: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
