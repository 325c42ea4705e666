"""snapshot-revert: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def snapshot_revert(
    domain: Any = DOMAIN,
    snapshotname: str | None = Argument("", required=False),
    current: bool = Flag("affect current domain"),
    running: bool = Flag(""),
    paused: bool = Flag(""),
    force: bool = Flag(""),
    reset_nvram: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
