"""blockresize: change the size of a disk while the guest uses it."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.params import Argument, Flag, size
from vsh.commands._devices import disk_targets
from vsh.commands.domain._shared import LATE_ACTIVE_DOMAIN
from vsh.errors import CommandError, failing
from vsh.output.document import Said
from vsh.words.domain.block import DomainBlockResize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command
def blockresize(
    domain: Callable[[], Domain] = LATE_ACTIVE_DOMAIN,
    path: str = Argument("target or source of the disk", complete=disk_targets),
    size: int | None = Argument(
        "the new size, KiB or with a suffix", kind=size(1024), required=False
    ),
    capacity: bool = Flag("grow to the size of the device below"),
    extend: bool = Flag("refuse to make it smaller"),
) -> Document:
    """Change the size of a disk while the guest uses it.

    The guest sees the new size at once; its partitions and file systems stay as they are.

    Examples:
        blockresize web1 vda 40G  # the guest sees the new size at once
    """
    if size is None and not capacity:
        raise CommandError("Either --size or --capacity must be provided")
    if size is not None and capacity:
        raise CommandError("Options --size and --capacity are mutually exclusive")
    flags = DomainBlockResize.EXTEND if extend else 0
    number = size or 0
    if capacity:
        flags |= DomainBlockResize.CAPACITY
    elif number % 1024:
        flags |= DomainBlockResize.BYTES
    else:
        number //= 1024
    found = domain()
    with failing(f"Failed to resize block device '{path}'"):
        found.block_resize(path, number, flags)
    return Said("Block device '{path}' is resized", path=path)
