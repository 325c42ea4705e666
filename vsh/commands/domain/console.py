"""console: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def console(
    domain: Any = DOMAIN,
    devname: str | None = Option("", by_place=True),
    force: bool = Flag(""),
    resume: bool = Flag(""),
    safe: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
