"""blockresize: change the size of a disk while the guest uses it."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import BITS, Argument, Flag, size
from vsh.commands._devices import disk_targets
from vsh.errors import CommandError, failing
from vsh.output.document import Said
from vsh.words.domain.block import DomainBlockResize

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


def _either(given: dict[str, object]) -> None:
    if given.keys().isdisjoint(("size", "capacity")):
        raise CommandError("Either --size or --capacity must be provided")


@command(
    exclusive=(("size", "capacity"),), order=(_either, "path", "size", "domain"), tells="done path"
)
def blockresize(
    domain: Domain = ACTIVE_DOMAIN,
    path: str = Argument("target or source of the disk", complete=disk_targets),
    size: int | None = Argument(
        "the new size, KiB or with a suffix", kind=size(1024), required=False
    ),
    capacity: bool = Flag("grow to the size of the device below", bit=DomainBlockResize.CAPACITY),
    extend: bool = Flag("refuse to make it smaller", bit=DomainBlockResize.EXTEND),
    flags: int = BITS,
) -> Document:
    """Change the size of a disk while the guest uses it.

    The guest sees the new size at once; its partitions and file systems stay as they are.

    Examples:
        blockresize web1 vda 40G  # the guest sees the new size at once
    """
    number = size or 0
    if number % 1024:
        flags |= DomainBlockResize.BYTES
    else:
        number //= 1024
    with failing(f"Failed to resize block device '{path}'"):
        domain.block_resize(path, number, flags)
    return Said("Block device '{path}' is resized", path=path)
