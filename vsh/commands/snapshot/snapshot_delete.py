"""snapshot-delete: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def snapshot_delete(
    domain: Any = DOMAIN,
    snapshotname: str | None = Argument("", required=False),
    current: bool = Flag("affect current domain"),
    children: bool = Flag(""),
    children_only: bool = Flag(""),
    metadata: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
