"""migrate-compcache: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Option, uint64

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def migrate_compcache(domain: Any = DOMAIN, size: int | None = Option("", kind=uint64)) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
