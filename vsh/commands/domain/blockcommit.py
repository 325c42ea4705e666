"""blockcommit: write a disk's newer images down into an older one."""

from __future__ import annotations

from vsh.api.flags.domain import DomainBlockCommit, DomainBlockJobAbort
from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import Argument, Flag, Option, seconds
from vsh.commands._devices import disk_targets
from vsh.commands.domain._block_jobs import Waiting, bandwidth_value, finished
from vsh.commands.domain._block_jobs import bandwidth as bandwidth_kind
from vsh.commands.domain._shared import ACTIVE, late_domain
from vsh.errors import CommandError, failing
from vsh.output.document import Said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from vsh.cli.session import Session
    from vsh.output.document import Document


WAITERS = "at least one of --timeout, --wait, --pivot, or --keep-overlay"


@command(exclusive=(("pivot", "keep-overlay"),))
def blockcommit(
    domain: Any = late_domain(complete=ACTIVE),
    path: str = Argument("target or source of the disk", complete=disk_targets),
    bandwidth: str | None = Option("most MiB/s that the job may take", kind=bandwidth_kind,
                                   by_place=True),
    base: str | None = Option("image to write into; without it the oldest", by_place=True),
    shallow: bool = Flag("write into the image right below the top"),
    top: str | None = Option("newest image to write down; without it the one in use",
                             by_place=True),
    active: bool = Flag("write the image in use down, in two phases"),
    delete: bool = Flag("remove the files that were written down"),
    wait: bool = Flag("wait for the end of the job"),
    verbose: bool = Flag("show the progress while waiting"),
    timeout: int | None = Option("wait so many seconds, then abort the job", kind=seconds,
                                 by_place=True),
    pivot: bool = Flag("wait until all is written, then use the base"),
    keep_overlay: bool = Flag("wait until all is written, then keep using the top"),
    async_: bool = Flag("do not wait for the end of an abort"),
    keep_relative: bool = Flag("keep references to backing files relative"),
    bytes: bool = Flag("the bandwidth is in bytes/s"),
    session: Any = SESSION,
) -> Iterator[Document]:
    """Write what newer images of a disk hold into an older one, which then can do without them.

    With --active the image in use is written down while the guest goes on; blockjob --pivot or --abort
    ends that job.
    """
    speed = bandwidth_value(bandwidth, bytes=bytes)
    active = active or pivot or keep_overlay
    blocking = wait or pivot or keep_overlay or timeout is not None
    flags = DomainBlockCommit.BANDWIDTH_BYTES if bytes else 0
    flags |= DomainBlockCommit.SHALLOW if shallow else 0
    flags |= DomainBlockCommit.DELETE if delete else 0
    flags |= DomainBlockCommit.ACTIVE if active else 0
    flags |= DomainBlockCommit.RELATIVE if keep_relative else 0
    for name, given in (("verbose", verbose), ("async", async_)):
        if given and not blocking:
            raise CommandError(f"--{name} requires {WAITERS}")
    found = domain()
    waiting = Waiting(session, found, path, "Block commit", verbose=verbose, timeout=timeout,
                      asynchronous=async_) if blocking else None
    try:
        found.block_commit(path, base, top, speed, flags)
        if waiting is None:
            yield Said(f"{'Active ' if active else ''}Block Commit started")
            return
        yield from finished(waiting, "Commit", session)
        if session.status is None:
            yield _ended(session, found, path, active, pivot, keep_overlay, async_)
    finally:
        if waiting is not None:
            waiting.end()


def _ended(session: Session, domain: Any, path: str, active: bool, pivot: bool, keep: bool,  # noqa: FBT001
           async_: bool) -> Document:  # noqa: FBT001
    flags = DomainBlockJobAbort.ASYNC if async_ else 0
    if pivot:
        with failing(f"failed to pivot job for disk {path}"):
            domain.block_job_abort(path, flags | DomainBlockJobAbort.PIVOT)
        return Said("\nSuccessfully pivoted")
    if keep:
        with failing(f"failed to finish job for disk {path}"):
            domain.block_job_abort(path, flags)
        return Said("\nCommit complete, overlay image kept")
    return Said("\nNow in synchronized phase" if active else "\nCommit complete")
