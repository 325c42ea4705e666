"""find-storage-pool-sources-as: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def find_storage_pool_sources_as(
    type: str = Argument(""),
    host: str | None = Option("", by_place=True),
    port: str | None = Option("", by_place=True),
    initiator: str | None = Option("", by_place=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
