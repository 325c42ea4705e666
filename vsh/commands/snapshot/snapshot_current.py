"""snapshot-current: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=(("name", "snapshotname"),))
def snapshot_current(
    domain: Any = DOMAIN,
    name: bool = Flag(""),
    security_info: bool = Flag(""),
    snapshotname: str | None = Argument("", required=False),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
