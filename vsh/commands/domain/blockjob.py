"""blockjob: look at a job on a disk, or end it."""

from __future__ import annotations

from vsh.api.job import Progress
from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN, SESSION
from vsh.cli.params import Argument, Flag, Option
from vsh.commands._devices import disk_targets
from vsh.commands._sizes import pretty
from vsh.commands.domain._block_jobs import bandwidth, job_word
from vsh.commands.domain._jobs import show_progress
from vsh.errors import InvalidArgument, Overflow
from vsh.output.document import Text, Unset
from vsh.words.domain.block import (
    DomainBlockJobAbort,
    DomainBlockJobInfo,
    DomainBlockJobSetSpeed,
    DomainBlockJobType,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.commands.domain._block_jobs import Bandwidth
    from vsh.output.document import Document


@command(
    exclusive=(
        ("raw", "abort"),
        ("raw", "pivot"),
        ("raw", "async"),
        ("raw", "bandwidth"),
        ("info", "abort"),
        ("info", "pivot"),
        ("info", "async"),
        ("info", "bandwidth"),
        ("bytes", "abort"),
        ("bytes", "pivot"),
        ("bytes", "async"),
    ),
    tells="type bandwidth_bytes_per_second data_processed_bytes data_total_bytes | done",
)
def blockjob(
    domain: Domain = ACTIVE_DOMAIN,
    path: str = Argument("target or source of the disk", complete=disk_targets),
    abort: bool = Flag("end the job"),
    async_: bool = Flag("end it, and do not wait until it has ended"),
    pivot: bool = Flag("end a copy or commit, and have the guest use the new image"),
    info: bool = Flag("print how far the job is"),
    bytes: bool = Flag("bandwidths are in bytes/s"),
    raw: bool = Flag("print how far the job is, for scripts"),
    bandwidth: Bandwidth | None = Option(
        "limit the job to this, in MiB/s", kind=bandwidth, by_place=True
    ),
    session: Session = SESSION,
) -> Document | None:
    """Print how far the job on a disk is, limit it, or end it.

    Without an option that says otherwise it is shown how far the job is.

    Examples:
        blockjob web1 vda  # how far it is
        blockjob web1 vda --abort  # give it up
        blockjob web1 vda --pivot  # end a copy by going over to it
    """
    if bandwidth is not None:
        flags = DomainBlockJobSetSpeed.BANDWIDTH_BYTES if bytes else 0
        domain.block_job_set_speed(path, bandwidth.value(bytes=bytes), flags)
        return None
    if abort or pivot or async_:
        flags = DomainBlockJobAbort.ASYNC if async_ else 0
        flags |= DomainBlockJobAbort.PIVOT if pivot else 0
        domain.block_job_abort(path, flags)
        return None
    found, speed = _ask(domain, path, bytes=bytes, raw=raw)
    if not found.found:
        values: dict[str, object] = dict.fromkeys(JOB)
        if raw:
            return Text("", **values)
        return Unset(f"No current block job for {path}", **values)
    bandwidth_now = speed << 20 if raw and not bytes else speed
    values = dict(
        zip(
            JOB,
            (DomainBlockJobType(found.type).key, bandwidth_now, found.cur, found.end),
            strict=True,
        )
    )
    if raw:
        return Text(
            f" type={job_word(found.type)}\n bandwidth={found.bandwidth}\n"
            f" cur={found.cur}\n end={found.end}\n",
            **values,
        )
    show_progress(session, job_word(found.type), Progress(found.end - found.cur, found.end))
    limit = f"    Bandwidth limit: {speed} bytes/s ({pretty(speed, 3)}/s)" if speed else ""
    return Text(f"{limit}\n", **values)


JOB = ("type", "bandwidth_bytes_per_second", "data_processed_bytes", "data_total_bytes")
"""What is told of a job; null where there is none."""


def _ask(domain: Domain, path: str, *, bytes: bool, raw: bool) -> tuple[Any, int]:
    """The job, and its limit in bytes/s (as it came with --raw)."""
    if bytes or not raw:
        try:
            info = domain.get_block_job_info(path, DomainBlockJobInfo.BANDWIDTH_BYTES)
            return info, info.bandwidth
        except (InvalidArgument, Overflow):
            if bytes:
                raise
    info = domain.get_block_job_info(path, 0)
    return info, info.bandwidth if raw else info.bandwidth << 20
