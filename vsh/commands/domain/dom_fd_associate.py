"""dom-fd-associate: give a domain files that this program has open."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import DOMAIN
from vsh.cli.params import BITS, Argument, Flag
from vsh.commands.domain._descriptors import descriptors
from vsh.words.domain.devices import DomainFDAssociate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain


@command
def dom_fd_associate(
    domain: Domain = DOMAIN,
    name: str = Argument("name that the domain's document has for them"),
    pass_fds: str = Argument("file descriptors, comma-separated"),
    seclabel_writable: bool = Flag(
        "label them so that the guest may write", bit=DomainFDAssociate.SECLABEL_WRITABLE
    ),
    seclabel_restore: bool = Flag(
        "restore their labels afterwards", bit=DomainFDAssociate.SECLABEL_RESTORE
    ),
    flags: int = BITS,
) -> None:
    """Give a domain files that this program has open, under a name that its document uses.

    The guest uses them as disks that this user may not open itself.

    Examples:
        dom-fd-associate db1 disk1 3  # descriptor 3 of this process is the image called disk1
    """
    domain.fd_associate(name, descriptors(pass_fds), flags)
