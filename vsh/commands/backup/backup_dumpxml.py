"""backup-dumpxml: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flag, Option, anything

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def backup_dumpxml(
    domain: Any = DOMAIN,
    xpath: str | None = Option("", kind=anything),
    wrap: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
