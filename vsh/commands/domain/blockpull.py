"""blockpull: copy a disk's backing images into its top image."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import SESSION, file_names
from vsh.cli.params import Flag, Option
from vsh.commands.domain._block_jobs import (
    ASYNC,
    BANDWIDTH,
    BYTES,
    DISK,
    TIMEOUT,
    VERBOSE,
    Waiting,
    followed,
)
from vsh.commands.domain._shared import LATE_ACTIVE_DOMAIN
from vsh.output.document import Said
from vsh.words.domain.block import DomainBlockPull, DomainBlockRebase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vsh.api.domain import Domain
    from vsh.cli.session import Session
    from vsh.commands.domain._block_jobs import Bandwidth
    from vsh.output.document import Document


@command(
    requires={"verbose": "wait", "async": "wait"}, order=("path", "base", "bandwidth", "timeout")
)
def blockpull(
    domain: Callable[[], Domain] = LATE_ACTIVE_DOMAIN,
    path: str = DISK,
    bandwidth: Bandwidth = BANDWIDTH,
    base: str | None = Option(
        "image that stays below (default: none)", by_place=True, complete=file_names
    ),
    wait: bool = Flag("wait until the job is done"),
    verbose: bool = VERBOSE,
    timeout: int | None = TIMEOUT,
    async_: bool = ASYNC,
    keep_relative: bool = Flag("keep the paths between images relative"),
    bytes: bool = BYTES,
    session: Session = SESSION,
) -> Iterator[Document]:
    """Copy what a disk's backing images hold into its top image, so that the chain gets shorter.

    The job runs on after the command, unless --wait is given.

    Examples:
        blockpull web1 vda --wait --verbose  # bring all of the chain into the top image
    """
    speed = bandwidth.value(bytes=bytes)
    found = domain()

    def begin() -> None:
        if base is not None or keep_relative:
            flags = DomainBlockRebase.RELATIVE if keep_relative else 0
            flags |= DomainBlockRebase.BANDWIDTH_BYTES if bytes else 0
            found.block_rebase(path, base, speed, flags)
        else:
            found.block_pull(path, speed, DomainBlockPull.BANDWIDTH_BYTES if bytes else 0)

    if not wait:
        begin()
        yield Said("Block Pull started")
        return
    waiting = Waiting(
        session, found, path, "Block Pull", verbose=verbose, timeout=timeout, asynchronous=async_
    )
    yield from followed(waiting, begin, "Pull", lambda: Said("\nPull complete"))
