"""pool-list: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("all", "inactive"), ("details", "uuid"), ("details", "name"),))
def pool_list(
    inactive: bool = Flag(""),
    all: bool = Flag(""),
    transient: bool = Flag(""),
    persistent: bool = Flag(""),
    autostart: bool = Flag(""),
    no_autostart: bool = Flag(""),
    type: str | None = Option("", by_place=True),
    details: bool = Flag(""),
    uuid: bool = Flag(""),
    name: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
