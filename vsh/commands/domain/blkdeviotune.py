"""blkdeviotune: limits of what a domain's disk may carry."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN, IMPACT_EXCLUSIVE, impact
from vsh.cli.params import Argument, Option
from vsh.commands._devices import disk_targets
from vsh.commands.domain._shared import parameter_fields, queried
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
    limits,
    throughput,
)
from vsh.errors import CommandError, InvalidArgument, failing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.output.document import Document


@command(exclusive=IMPACT_EXCLUSIVE, old={**OLD_NAMES, "group_name": "group-name"})
def blkdeviotune(
    domain: Any = DOMAIN,
    device: str = Argument("target or source of the disk", complete=disk_targets),
    group_name: str | None = Option("name of a group of disks that share the limits"),
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
) -> Document | None:
    """Print or set the limits of what a disk may carry.

    Sizes may have a suffix (10M).  0 takes a limit away.
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
    if group_name is not None:
        params.set("group_name", "string", group_name)
    if not params:
        return _present(domain, device, impact)
    with failing("Unable to change block I/O throttle"):
        domain.set_block_io_tune(device, params, impact)
    return None


def _present(domain: Any, device: str, impact: int) -> Document:
    what = "block I/O throttle parameters"
    try:
        return parameter_fields(
            queried(domain, lambda: domain.get_block_io_tune(device, impact), what)
        )
    except CommandError as error:
        cause = error.__cause__
        if not isinstance(cause, InvalidArgument) or "number" in error.message:
            raise
        # the disk is what is wrong, not the domain
        raise CommandError(f"Unable to get {what}") from error.__cause__
