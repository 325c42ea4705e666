"""domblkerror: the disks of a domain that had I/O errors."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.output.document import Shaped
from vsh.words.domain.block import DomainDiskErrorCode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="[target message]")
def domblkerror(domain: Domain = ACTIVE_DOMAIN) -> Document:
    """Print the disks of a running domain that have I/O errors.

    A disk is listed once the hypervisor has paused or told the guest because of an error of the
    disk.

    Examples:
        domblkerror web1  # disks that ran out of space, or failed
    """
    found = []
    for disk in domain.get_disk_errors():
        error = DomainDiskErrorCode.word_of(disk.error, "unknown error")
        found.append({"target": disk.disk, "message": error})
    text = "".join(f"{each['target']}: {each['message']}\n" for each in found)
    return Shaped(text or "No errors found\n", found)
