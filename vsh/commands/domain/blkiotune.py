"""blkiotune: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, impact
from vsh.cli.params import Option, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command
def blkiotune(
    domain: Any = DOMAIN,
    weight: int | None = Option("", kind=uint32, by_place=True),
    device_weights: str | None = Option("", by_place=True),
    device_read_iops_sec: str | None = Option("", by_place=True),
    device_write_iops_sec: str | None = Option("", by_place=True),
    device_read_bytes_sec: str | None = Option("", by_place=True),
    device_write_bytes_sec: str | None = Option("", by_place=True),
    impact: int = impact(),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
