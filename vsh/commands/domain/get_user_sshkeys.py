"""get-user-sshkeys: the SSH keys that a guest's user lets in."""

from __future__ import annotations

from vsh.cli.command import command
from vsh.cli.objects import ACTIVE_DOMAIN
from vsh.cli.params import Argument
from vsh.output.document import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vsh.api.domain import Domain
    from vsh.output.document import Document


@command(tells="keys")
def get_user_sshkeys(
    domain: Domain = ACTIVE_DOMAIN, user: str = Argument("the guest's user")
) -> Document:
    """Print the SSH keys that a guest's user lets in.

    Needs the agent in the guest.

    Examples:
        get-user-sshkeys web1 root  # who may log in as root by key
    """
    keys = domain.authorized_ssh_keys_get(user, 0)
    return Text("".join(keys), keys=keys)
