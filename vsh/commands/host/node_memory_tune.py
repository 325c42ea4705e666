"""node-memory-tune: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Option, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def node_memory_tune(
    shm_pages_to_scan: int | None = Option("", kind=uint32, by_place=True),
    shm_sleep_millisecs: int | None = Option("", kind=uint32, by_place=True),
    shm_merge_across_nodes: int | None = Option("", kind=uint32, by_place=True),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
