"""create: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def create(
    file: str = Argument(""),
    console: bool = Flag(""),
    paused: bool = Flag(""),
    autodestroy: bool = Flag(""),
    pass_fds: str | None = Option("", by_place=True),
    validate: bool = Flag(""),
    reset_nvram: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
