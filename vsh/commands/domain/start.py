"""start: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def start(
    domain: Any = DOMAIN,
    console: bool = Flag(""),
    paused: bool = Flag(""),
    autodestroy: bool = Flag(""),
    bypass_cache: bool = Flag(""),
    force_boot: bool = Flag(""),
    pass_fds: str | None = Option("", by_place=True),
    reset_nvram: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
