"""net-list: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def net_list(
    inactive: bool = Flag(""),
    all: bool = Flag(""),
    persistent: bool = Flag(""),
    transient: bool = Flag(""),
    autostart: bool = Flag(""),
    no_autostart: bool = Flag(""),
    uuid: bool = Flag(""),
    name: bool = Flag(""),
    table: bool = Flag(""),
    title: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
