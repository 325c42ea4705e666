"""nodedev-list: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag, Option, anything

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def nodedev_list(
    tree: bool = Flag(""),
    cap: str | None = Option("", kind=anything, by_place=True),
    inactive: bool = Flag(""),
    all: bool = Flag(""),
    persistent: bool = Flag(""),
    transient: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
