"""domthrottlegroupset: make or change a named group of disk limits."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Option
from vsh.commands.domain._throttle import (
    OLD_NAMES,
    READ_BYTES,
    READ_BYTES_LENGTH,
    READ_BYTES_MAX,
    READ_IOPS,
    READ_IOPS_LENGTH,
    READ_IOPS_MAX,
    SIZE_IOPS,
    TOTAL_BYTES,
    TOTAL_BYTES_LENGTH,
    TOTAL_BYTES_MAX,
    TOTAL_IOPS,
    TOTAL_IOPS_LENGTH,
    TOTAL_IOPS_MAX,
    WRITE_BYTES,
    WRITE_BYTES_LENGTH,
    WRITE_BYTES_MAX,
    WRITE_IOPS,
    WRITE_IOPS_LENGTH,
    WRITE_IOPS_MAX,
    count,
    group_names,
    limits,
    throughput,
)
from vsh.errors import failing
from vsh.output.document import Done

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE, old={**OLD_NAMES, "group_name": "group-name"})
def domthrottlegroupset(
    domain: Any = DOMAIN,
    group_name: str = Argument("name of the group", complete=group_names),
    total_bytes_sec: int | None = Option(TOTAL_BYTES, kind=throughput),
    read_bytes_sec: int | None = Option(READ_BYTES, kind=throughput),
    write_bytes_sec: int | None = Option(WRITE_BYTES, kind=throughput),
    total_iops_sec: int | None = Option(TOTAL_IOPS, kind=count),
    read_iops_sec: int | None = Option(READ_IOPS, kind=count),
    write_iops_sec: int | None = Option(WRITE_IOPS, kind=count),
    total_bytes_sec_max: int | None = Option(TOTAL_BYTES_MAX, kind=throughput),
    read_bytes_sec_max: int | None = Option(READ_BYTES_MAX, kind=throughput),
    write_bytes_sec_max: int | None = Option(WRITE_BYTES_MAX, kind=throughput),
    total_iops_sec_max: int | None = Option(TOTAL_IOPS_MAX, kind=count),
    read_iops_sec_max: int | None = Option(READ_IOPS_MAX, kind=count),
    write_iops_sec_max: int | None = Option(WRITE_IOPS_MAX, kind=count),
    size_iops_sec: int | None = Option(SIZE_IOPS, kind=count),
    total_bytes_sec_max_length: int | None = Option(TOTAL_BYTES_LENGTH, kind=count),
    read_bytes_sec_max_length: int | None = Option(READ_BYTES_LENGTH, kind=count),
    write_bytes_sec_max_length: int | None = Option(WRITE_BYTES_LENGTH, kind=count),
    total_iops_sec_max_length: int | None = Option(TOTAL_IOPS_LENGTH, kind=count),
    read_iops_sec_max_length: int | None = Option(READ_IOPS_LENGTH, kind=count),
    write_iops_sec_max_length: int | None = Option(WRITE_IOPS_LENGTH, kind=count),
    impact: int = impact(),
) -> Document:
    """Make a named group of disk limits, or change one.

    Disks that name the group share its limits.
    """
    params = limits(
        total_bytes_sec=total_bytes_sec,
        read_bytes_sec=read_bytes_sec,
        write_bytes_sec=write_bytes_sec,
        total_iops_sec=total_iops_sec,
        read_iops_sec=read_iops_sec,
        write_iops_sec=write_iops_sec,
        total_bytes_sec_max=total_bytes_sec_max,
        read_bytes_sec_max=read_bytes_sec_max,
        write_bytes_sec_max=write_bytes_sec_max,
        total_iops_sec_max=total_iops_sec_max,
        read_iops_sec_max=read_iops_sec_max,
        write_iops_sec_max=write_iops_sec_max,
        size_iops_sec=size_iops_sec,
        total_bytes_sec_max_length=total_bytes_sec_max_length,
        read_bytes_sec_max_length=read_bytes_sec_max_length,
        write_bytes_sec_max_length=write_bytes_sec_max_length,
        total_iops_sec_max_length=total_iops_sec_max_length,
        read_iops_sec_max_length=read_iops_sec_max_length,
        write_iops_sec_max_length=write_iops_sec_max_length,
    )
    params.set("group_name", "string", group_name)
    with failing("Unable to set throttle group"):
        domain.set_throttle_group(group_name, params, impact)
    return Done("Throttle group set successfully")
