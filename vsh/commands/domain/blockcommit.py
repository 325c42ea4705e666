"""blockcommit: write a disk's newest changes into its backing image."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION
from vsh.cli.params import BITS, Flag, Option
from vsh.commands._devices import image_names
from vsh.commands.domain._block_jobs import (
    ASYNC,
    BANDWIDTH,
    BYTES_HELP,
    DISK,
    TIMEOUT,
    VERBOSE,
    check_waiting,
    followed,
    kept,
    pivoted,
)
from vsh.commands.domain._shared import LATE_ACTIVE_DOMAIN
from vsh.output.document import Said
from vsh.words.domain.block import DomainBlockCommit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.commands.domain._block_jobs import Bandwidth
    from vsh.output.document import Document


@command(
    exclusive=(("pivot", "keep-overlay"),),
    order=("path", "base", "top", "bandwidth", "timeout"),
    loses="images",
)
def blockcommit(
    domain: Callable[[], Domain] = LATE_ACTIVE_DOMAIN,
    path: str = DISK,
    bandwidth: Bandwidth = BANDWIDTH,
    base: str | None = Option(
        "image that gets the changes (default: the bottom one)", by_place=True, complete=image_names
    ),
    shallow: bool = Flag("the image under --top gets the changes", bit=DomainBlockCommit.SHALLOW),
    top: str | None = Option(
        "image whose changes go down (default: the top one)", by_place=True, complete=image_names
    ),
    active: bool = Flag("begin at the image that the guest writes to"),
    delete: bool = Flag(
        "remove the images that are not needed any more", bit=DomainBlockCommit.DELETE
    ),
    wait: bool = Flag("wait until the job is done"),
    verbose: bool = VERBOSE,
    timeout: int | None = TIMEOUT,
    pivot: bool = Flag("have the guest write to the base from then on"),
    keep_overlay: bool = Flag("leave the guest writing to the overlay"),
    async_: bool = ASYNC,
    keep_relative: bool = Flag(
        "keep the paths between images relative", bit=DomainBlockCommit.RELATIVE
    ),
    bytes: bool = Flag(BYTES_HELP, bit=DomainBlockCommit.BANDWIDTH_BYTES),
    flags: int = BITS,
    session: Session = SESSION,
) -> Iterator[Document]:
    """Write a disk's newest changes into an image below it, so that the chain gets shorter.

    The job runs on after the command, unless an option makes it wait.

    Examples:
        blockcommit web1 vda --active --pivot --verbose
            # merge the overlay down and go on with its base
        blockcommit web1 vda --shallow --wait  # one step of the chain only
    """
    active = active or pivot or keep_overlay
    speed = bandwidth.value(bytes=bytes)
    flags |= DomainBlockCommit.ACTIVE if active else 0
    blocking = wait or pivot or keep_overlay or bool(timeout)
    check_waiting("--keep-overlay", blocking=blocking, verbose=verbose, asynchronous=async_)
    found = domain()

    def begin() -> None:
        found.block_commit(path, base, top, speed, flags)

    def end() -> Document:
        if pivot:
            return pivoted(job)
        if keep_overlay:
            return kept(job, "Commit complete, overlay image kept")
        return Said("\nNow in synchronized phase" if active else "\nCommit complete")

    if not blocking:
        begin()
        session.begun.append((found, path))
        yield Said("Active Block Commit started" if active else "Block Commit started")
        return
    from vsh.acts.block_job import BlockJob

    job = BlockJob(found, path, begin, timeout=timeout, asynchronous=async_)
    yield from followed(session, job, "Block commit", "Commit", end, verbose=verbose)
