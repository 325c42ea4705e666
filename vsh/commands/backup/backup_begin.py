"""backup-begin: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, Flag, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def backup_begin(
    domain: Any = DOMAIN,
    backupxml: str | None = Argument("", required=False),
    checkpointxml: str | None = Option("", by_place=True),
    reuse_external: bool = Flag(""),
    preserve_domain_on_shutdown: bool = Flag(""),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
