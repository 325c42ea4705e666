"""snapshot-create: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def snapshot_create(
    domain: Any = DOMAIN,
    xmlfile: str | None = Argument("", required=False),
    redefine: bool = Flag(""),
    current: bool = Flag("affect current domain"),
    no_metadata: bool = Flag(""),
    halt: bool = Flag(""),
    disk_only: bool = Flag(""),
    reuse_external: bool = Flag(""),
    quiesce: bool = Flag(""),
    atomic: bool = Flag(""),
    live: bool = Flag("affect running domain"),
    validate: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
