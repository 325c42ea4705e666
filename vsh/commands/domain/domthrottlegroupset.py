"""domthrottlegroupset: TODO."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Option, uint32

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE)
def domthrottlegroupset(
    domain: Any = DOMAIN,
    group_name: str = Argument(""),
    total_bytes_sec: int | None = Option("", kind=uint32),
    read_bytes_sec: int | None = Option("", kind=uint32),
    write_bytes_sec: int | None = Option("", kind=uint32),
    total_iops_sec: int | None = Option("", kind=uint32),
    read_iops_sec: int | None = Option("", kind=uint32),
    write_iops_sec: int | None = Option("", kind=uint32),
    total_bytes_sec_max: int | None = Option("", kind=uint32),
    read_bytes_sec_max: int | None = Option("", kind=uint32),
    write_bytes_sec_max: int | None = Option("", kind=uint32),
    total_iops_sec_max: int | None = Option("", kind=uint32),
    read_iops_sec_max: int | None = Option("", kind=uint32),
    write_iops_sec_max: int | None = Option("", kind=uint32),
    size_iops_sec: int | None = Option("", kind=uint32),
    total_bytes_sec_max_length: int | None = Option("", kind=uint32),
    read_bytes_sec_max_length: int | None = Option("", kind=uint32),
    write_bytes_sec_max_length: int | None = Option("", kind=uint32),
    total_iops_sec_max_length: int | None = Option("", kind=uint32),
    read_iops_sec_max_length: int | None = Option("", kind=uint32),
    write_iops_sec_max_length: int | None = Option("", kind=uint32),
    impact: int = impact(),
) -> Document:
    """TODO."""
    raise NotImplementedError  # skeleton
