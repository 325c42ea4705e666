"""snapshot-list: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("tree", "name"), ("parent", "roots"), ("parent", "tree"), ("roots", "tree"), ("roots", "from"), ("roots", "current"),))
def snapshot_list(
    domain: Any = DOMAIN,
    parent: bool = Flag(""),
    roots: bool = Flag(""),
    leaves: bool = Flag(""),
    no_leaves: bool = Flag(""),
    metadata: bool = Flag(""),
    no_metadata: bool = Flag(""),
    inactive: bool = Flag(""),
    active: bool = Flag(""),
    disk_only: bool = Flag(""),
    internal: bool = Flag(""),
    external: bool = Flag(""),
    tree: bool = Flag(""),
    from_: str | None = Option("", by_place=True),
    current: bool = Flag("affect current domain"),
    descendants: bool = Flag(""),
    name: bool = Flag(""),
    topological: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
