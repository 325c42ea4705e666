"""dump: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def dump(
    domain: Any = DOMAIN,
    file: str = Argument(""),
    live: bool = Flag("affect running domain"),
    crash: bool = Flag(""),
    bypass_cache: bool = Flag(""),
    reset: bool = Flag(""),
    verbose: bool = Flag(""),
    memory_only: bool = Flag(""),
    format: str | None = Option("", by_place=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
