"""domblkthreshold: be told when a disk's image has grown so far."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import Argument, size
from vsh.commands._devices import disk_targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command(order=("dev", "threshold"))
def domblkthreshold(
    domain: Domain = DOMAIN,
    dev: str = Argument(
        "target of the disk, or an image of its chain: vda[1]", complete=disk_targets
    ),
    threshold: int = Argument("bytes from the image's start, or with a suffix", kind=size()),
) -> None:
    """Ask for an event block-threshold when a disk's image has grown so far.

    The event comes once; then a new threshold may be set.

    Examples:
        domblkthreshold web1 vda 10G  # an event once that much of the image is used
    """
    domain.set_block_threshold(dev, threshold, 0)
