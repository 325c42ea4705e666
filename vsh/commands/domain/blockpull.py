"""blockpull: copy a disk's backing images into its top image."""

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
    followed,
)
from vsh.commands.domain._shared import LATE_ACTIVE_DOMAIN
from vsh.output.document import Said
from vsh.words.domain.block import DomainBlockRebase

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
        "image that stays below (default: none)", by_place=True, complete=image_names
    ),
    wait: bool = Flag("wait until the job is done"),
    verbose: bool = VERBOSE,
    timeout: int | None = TIMEOUT,
    async_: bool = ASYNC,
    keep_relative: bool = Flag(
        "keep the paths between images relative", bit=DomainBlockRebase.RELATIVE
    ),
    bytes: bool = Flag(BYTES_HELP, bit=DomainBlockRebase.BANDWIDTH_BYTES),
    flags: int = BITS,
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
            found.block_rebase(path, base, speed, flags)
        else:
            found.block_pull(path, speed, flags)  # the bit for bytes is the same here

    if not wait:
        begin()
        session.begun.append((found, path))
        yield Said("Block Pull started")
        return
    from vsh.acts.block_job import BlockJob

    job = BlockJob(found, path, begin, timeout=timeout, asynchronous=async_)
    yield from followed(
        session, job, "Block Pull", "Pull", lambda: Said("\nPull complete"), verbose=verbose
    )
